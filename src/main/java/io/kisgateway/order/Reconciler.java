package io.kisgateway.order;

import io.kisgateway.call.Problem;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of orders whose outcome nobody knows: this instance's, those of a former life, and those of
 * instances that are gone. It asks KIS at once, then ever less often. It never sends an order.
 */
final class Reconciler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT_UNRESOLVED = Duration.ofSeconds(60);
    private static final int MOST_DOUBLINGS = 10;
    /** When KIS is asked again about what it does not tell. */
    static final Instant NEVER = Instant.parse("9000-01-01T00:00:00Z");

    /**
     * How patient to be.
     *
     * @param grace      how long after an order can have reached KIS it may still be taken and listed: only then does its
     *                   absence mean that KIS does not have it
     * @param unresolved how long KIS may leave the question open before the order counts as unresolved
     * @param lookup     how long one lookup can take at most
     */
    record Rules(Duration grace, Duration unresolved, Duration lookup) { }

    /** What is looked up together: one day's orders of one stock. */
    private record Group(LocalDate day, String code) {
        static Group of(OrderEntry entry) {
            return new Group(entry.day(), entry.terms().stockCode());
        }

        @Override
        public String toString() {
            return day + "-" + code;
        }
    }

    private final OrderLifecycle orders;
    private final Journal journal;
    private final OrdersAtKis atKis;
    private final TradingHalt halt;
    private final KisObservations sightings;
    private final Matching matching;
    private final Rules rules;
    private final AtomicBoolean inRound = new AtomicBoolean();
    private final AtomicBoolean again = new AtomicBoolean();
    private final Set<Group> lookingUp = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile List<InDoubt> inDoubt = List.of();
    private volatile boolean away;

    Reconciler(OrderLifecycle orders, OrdersAtKis atKis, KisObservations sightings, TradingHalt halt, Rules rules) {
        this.orders = orders;
        this.journal = orders.journal();
        this.atKis = atKis;
        this.halt = halt;
        this.rules = rules;
        this.sightings = sightings;
        this.matching = new Matching(sightings, rules.grace());
        orders.onDoubt(this::soon);
    }

    /** Begins; the first round is at once. */
    void start() {
        tick();
    }

    private void tick() {
        if (!closed) {
            journal.heartbeat().thenCompose(done -> halt.refresh()).exceptionally(this::ignore);
            soon();
            orders.later(ROUND, this::tick);
        }
    }

    private Void ignore(Throwable failure) {
        return null;
    }

    /** A round now, or right after the one that is under way. */
    void soon() {
        if (closed) {
            return;
        }
        if (!inRound.compareAndSet(false, true)) {
            again.set(true);
            return;
        }
        again.set(false);
        round().whenComplete((done, failure) -> {
            tell(failure);
            inRound.set(false);
            if (failure == null && again.getAndSet(false)) {
                soon();
            }
        });
    }

    private void tell(Throwable failure) {
        if (failure != null && !away) {
            LOG.warn("OrderLifecycle in doubt cannot be seen to: {}", AsyncStep.brief(failure));
        } else if (failure == null && away) {
            LOG.info("OrderLifecycle in doubt are seen to again");
        }
        away = failure != null;
    }

    private CompletionStage<?> round() {
        try {
            return journal.open().thenCompose(this::seeTo);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** The orders in doubt as of the last round, oldest first. */
    List<InDoubt> inDoubt() {
        return inDoubt;
    }

    private CompletionStage<?> seeTo(List<OrderEntry> open) {
        inDoubt = open.stream().filter(entry -> entry.state().inDoubt())
                .sorted(Comparator.comparing(entry -> entry.history().get(0).at()))
                .map(entry -> new InDoubt(entry.origin().key() == null ? entry.id() : entry.origin().key(),
                        entry.history().get(0).at(), entry.terms().action().name().toLowerCase(Locale.ROOT),
                        entry.terms().stockCode(), entry.reason() == null ? entry.state().wire() : entry.reason()))
                .toList();
        Map<String, CompletionStage<Boolean>> alive = new LinkedHashMap<>();
        List<CompletableFuture<?>> steps = new ArrayList<>();
        Instant now = orders.clock().instant();
        for (OrderEntry entry : open) {
            if (entry.state().inDoubt()) {
                if (!entry.due().isAfter(now) && entry.terms().listed()) {
                    lookUp(Group.of(entry));
                }
            } else if (!orders.isRunning(entry.id())) {
                String owner = entry.origin().instance();
                CompletionStage<Boolean> lives = owner.equals(journal.instance()) ? CompletableFuture.completedStage(false)
                        : alive.computeIfAbsent(owner, journal::isAlive);
                steps.add(lives.thenCompose(yes -> yes ? CompletableFuture.completedStage(null) : takeOver(entry)).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    /** Whoever had it on its way is gone, or has given it up. */
    private CompletionStage<?> takeOver(OrderEntry entry) {
        // The list is a moment old: what is running by now is nobody's to take.
        if (orders.isRunning(entry.id())) {
            return CompletableFuture.completedStage(null);
        }
        if (entry.state() == OrderState.RECEIVED) {
            return journal.remove(entry);
        }
        LOG.warn("Order {} was being sent when gateway {} went away", entry.id(), entry.origin().instance());
        String why = "the gateway went away between sending it and its reply";
        return orders.update(entry, before -> before.state() != OrderState.SENDING ? unchanged()
                : before.terms().listed() ? before.unknown(why, before.deadline(), orders.clock().instant())
                : before.unresolved(why + OrderLifecycle.NOT_LISTED, orders.clock().instant(), NEVER)).thenRun(() -> again.set(true));
    }

    private static OrderEntry unchanged() {
        throw new IllegalStateException("nothing to change");
    }

    private void lookUp(Group group) {
        if (!lookingUp.add(group)) {
            return;
        }
        journal.lease(group.toString(), rules.lookup()).thenCompose(mine -> mine
                ? ask(group).handle((done, failure) -> end(group, failure)).thenCompose(stage -> stage)
                : CompletableFuture.completedStage(null)).whenComplete((done, failure) -> {
                    lookingUp.remove(group);
                    if (failure != null) {
                        tell(failure);
                    }
                });
    }

    private CompletionStage<Void> end(Group group, Throwable failure) {
        if (failure != null) {
            LOG.warn("A lookup of orders in doubt failed: {}", AsyncStep.brief(failure));
        }
        return journal.endLease(group.toString());
    }

    private CompletionStage<?> ask(Group group) {
        Instant asked = orders.clock().instant();
        return atKis.on(group.day(), group.code(), atKis.ownCall("lookup-" + Long.toHexString(asked.toEpochMilli())))
                .handle((list, failure) -> failure == null ? judge(group, list.rows(), asked) : postpone(group, Stages.cause(failure)))
                .thenCompose(stage -> stage);
    }

    private CompletionStage<Void> postpone(Group group, Throwable failure) {
        String why = "KIS could not be asked (" + (failure instanceof Problem problem
                ? problem.code() + (problem.kis() == null ? "" : " " + problem.kis().msgCd()) : "fault of the gateway") + ")";
        if (!(failure instanceof Problem)) {
            LOG.error("A lookup of orders in doubt failed inside the gateway", failure);
        }
        return inDoubt(group).thenCompose(entries -> all(entries.stream().map(entry -> wait(entry, why)).toList()));
    }

    private CompletionStage<List<OrderEntry>> inDoubt(Group group) {
        return journal.open().thenApply(open -> open.stream()
                .filter(entry -> entry.state().inDoubt() && entry.terms().listed() && Group.of(entry).equals(group)).toList());
    }

    private static CompletionStage<Void> all(List<? extends CompletionStage<?>> stages) {
        return CompletableFuture.allOf(stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
    }

    /** The order of the three reads matters: what was listed, then who is on their way, then who has which number. */
    private CompletionStage<Void> judge(Group group, List<KisOrder> rows, Instant asked) {
        return journal.open().thenCompose(open -> {
            List<OrderEntry> inDoubt = open.stream()
                    .filter(entry -> entry.state().inDoubt() && entry.terms().listed() && Group.of(entry).equals(group)).toList();
            List<OrderEntry> onTheirWay = open.stream().filter(entry -> entry.state() == OrderState.SENDING).toList();
            List<String> numbers = rows.stream().filter(row -> inDoubt.stream().anyMatch(entry -> Matching.concerns(entry, row)))
                    .map(KisOrder::orderNo).toList();
            if (isCut(open)) {
                return all(inDoubt.stream().map(entry -> wait(entry, "more orders are under way than can be looked at together")).toList());
            }
            return (numbers.isEmpty() ? CompletableFuture.completedStage(Map.<String, String>of()) : journal.owners(group.day(), numbers))
                    .thenCompose(owners -> decide(inDoubt, onTheirWay, free(rows, owners), own(rows, owners, inDoubt),
                            lacking(group, rows, asked), asked));
        });
    }

    /** What is only received comes last: as long as some of it is listed, all that was sent is. */
    private static boolean isCut(List<OrderEntry> open) {
        return open.size() >= Journal.MOST_OPEN && open.get(open.size() - 1).state() != OrderState.RECEIVED;
    }

    /** What is nobody's, each once: a list that grows while its pages are read may repeat a row. */
    private static List<KisOrder> free(List<KisOrder> rows, Map<String, String> owners) {
        Set<String> seen = new HashSet<>(owners.keySet());
        return rows.stream().filter(row -> seen.add(row.orderNo())).toList();
    }

    /** What the journal says is an order's own though it is in doubt, by entry id; nobody else gets it, and it is not missing. */
    private static Map<String, KisOrder> own(List<KisOrder> rows, Map<String, String> owners, List<OrderEntry> inDoubt) {
        Set<String> ids = inDoubt.stream().map(OrderEntry::id).collect(Collectors.toSet());
        Map<String, KisOrder> own = new LinkedHashMap<>();
        for (KisOrder row : rows) {
            String owner = owners.get(row.orderNo());
            if (owner != null && ids.contains(owner)) {
                own.put(owner, row);
            }
        }
        return own;
    }

    /** An order that KIS has confirmed, long enough ago, and does not list: then the list is not the whole; or null. */
    private String lacking(Group group, List<KisOrder> rows, Instant asked) {
        Set<String> listed = rows.stream().map(KisOrder::orderNo).collect(Collectors.toSet());
        return sightings.mustBeListed(group.day(), group.code(), asked.minus(rules.grace())).stream()
                .filter(number -> !listed.contains(number)).findFirst().orElse(null);
    }

    private CompletionStage<Void> decide(List<OrderEntry> inDoubt, List<OrderEntry> onTheirWay, List<KisOrder> rows,
            Map<String, KisOrder> own, String lacking, Instant asked) {
        Set<String> mayBeAnothers = inDoubt.stream()
                .filter(entry -> onTheirWay.stream().anyMatch(other -> Matching.isAlike(entry, other)))
                .map(OrderEntry::id).collect(Collectors.toSet());
        List<OrderEntry> without = inDoubt.stream().filter(entry -> !own.containsKey(entry.id())).toList();
        Map<String, KisOrder> found = matching.match(without, rows);
        List<CompletionStage<?>> writes = new ArrayList<>();
        for (OrderEntry entry : inDoubt) {
            KisOrder row = found.get(entry.id());
            if (own.containsKey(entry.id())) {
                writes.add(placed(entry, own.get(entry.id())));
            } else if (row != null) {
                writes.add(mayBeAnothers.contains(entry.id())
                        ? wait(entry, "an identical order is under way, and one order at KIS may be either's") : placed(entry, row));
            } else {
                writes.add(missing(entry, matching.doubt(entry, without, rows, found), lacking, asked));
            }
        }
        return all(writes);
    }

    private CompletionStage<?> placed(OrderEntry entry, KisOrder row) {
        Placement placement = row.placement();
        LOG.info("Order {} was placed: KIS has it under number {}", entry.id(), placement.orderNo());
        return orders.update(entry, before -> before.state().inDoubt()
                ? before.placed(placement, OrderReplies.placed(before, placement), orders.clock().instant()) : unchanged());
    }

    private CompletionStage<?> missing(OrderEntry entry, String doubt, String lacking, Instant asked) {
        if (doubt != null) {
            return wait(entry, doubt);
        }
        if (lacking != null) {
            return wait(entry, "KIS's list is not whole: it lacks order " + lacking + ", which KIS has confirmed");
        }
        if (asked.isBefore(certainFrom(entry))) {
            return wait(entry, null);
        }
        String why = "KIS did not take the order: its list of the day, asked for " + rules.grace().toSeconds()
                + " s after the order could have reached it, does not have it. A new order needs a new Idempotency-Key";
        LOG.info("Order {} was not placed: KIS does not list it", entry.id());
        return orders.update(entry, before -> before.state().inDoubt()
                ? before.notPlaced(why, OrderReplies.notPlaced(before, why), orders.clock().instant()) : unchanged());
    }

    /** From when on its absence from KIS's list means that KIS does not have it. */
    private Instant certainFrom(OrderEntry entry) {
        return entry.quietSince().plus(rules.grace());
    }

    /** @param obstacle what stands in the way of an answer; null if it is only too early */
    private CompletionStage<?> wait(OrderEntry entry, String obstacle) {
        Instant now = orders.clock().instant();
        boolean late = obstacle != null && now.isAfter(certainFrom(entry).plus(rules.unresolved()));
        Duration most = entry.state() == OrderState.UNRESOLVED ? LONGEST_WAIT_UNRESOLVED : LONGEST_WAIT;
        Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(entry.lookup().count(), MOST_DOUBLINGS));
        Instant next = now.plus(doubled.compareTo(most) < 0 ? doubled : most);
        Instant certain = certainFrom(entry);
        Instant soonest = now.isBefore(certain) && next.isAfter(certain) ? certain : next;
        return orders.update(entry, before -> !before.state().inDoubt() ? unchanged()
                : late ? before.unresolved(obstacle, now, soonest) : before.lookedUp(soonest));
    }

    @Override
    public void close() {
        closed = true;
    }
}
