package io.kisgateway.order;

import io.kisgateway.call.Problem;
import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.OrdersAtKis.Side;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.Journal.Confirmed;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks KIS for the orders of one stock, one side and one day, and judges those of the journal's that are in doubt by the answer. */
final class Lookup {

    private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);
    private static final int AT_ONCE = 200;
    private static final String OTHER_CLOCK =
            "the clock by which it was sent has been set since, so that it is not known on which day KIS has it";

    /** What is looked up together. @param code null for cancellations whose stock is not known */
    record Group(LocalDate day, String code, Side side) {
        static Group of(OrderEntry entry) {
            return new Group(entry.day(), entry.terms().stockCode(), Side.of(entry.terms().action()));
        }

        @Override
        public String toString() {
            return day + "-" + code + "-" + side;
        }
    }

    /** When KIS was asked, and from which end of its list. */
    private record Asked(Instant at, long nanos, boolean oldestFirst) {}

    private final OrderLifecycle orders;
    private final Journal journal;
    private final OrdersAtKis atKis;
    private final KisClock clock;
    private final Matching matching;
    private final NotPlaced notPlaced;
    private final LookupPace pace;
    private final LateSightings late;

    Lookup(OrderLifecycle orders, OrdersAtKis atKis, KisClock clock, Matching matching, NotPlaced notPlaced, LookupPace pace,
            LateSightings late) {
        this.orders = orders;
        this.journal = orders.journal();
        this.atKis = atKis;
        this.clock = clock;
        this.matching = matching;
        this.notPlaced = notPlaced;
        this.pace = pace;
        this.late = late;
    }

    /** As far back as the orders can be; the whole list only where their absence would mean something. */
    CompletionStage<Void> ask(Group group) {
        return journal.open(group.day(), group.code()).thenCompose(open -> {
            List<OrderEntry> inDoubt = inDoubt(group, open);
            if (inDoubt.isEmpty()) {
                return CompletableFuture.completedStage(null);
            }
            Asked asked = new Asked(orders.clock().instant(), orders.nanoTime(), pace.isOldestFirst(inDoubt));
            Instant earliest =
                    inDoubt.stream().map(entry -> clock.earliest(entry.sentAt())).min(Instant::compareTo).orElseThrow().minusSeconds(1);
            var call = atKis.ownCall("lookup-" + Long.toHexString(asked.at().toEpochMilli()));
            CompletionStage<Listed> list = inDoubt.stream().anyMatch(entry -> pace.isCertain(entry, asked.at(), asked.nanos()))
                    ? atKis.all(group.day(), group.code(), group.side(), asked.oldestFirst(), call)
                    : atKis.since(group.day(), group.code(), group.side(), earliest, call);
            return list.handle(
                    (listed, failure) -> failure == null ? judge(group, listed, asked) : postpone(group, Stages.cause(failure), asked))
                    .thenCompose(stage -> stage);
        });
    }

    private static List<OrderEntry> inDoubt(Group group, List<OrderEntry> open) {
        return open.stream().filter(entry -> entry.state().inDoubt() && entry.terms().listed() && Group.of(entry).equals(group)).toList();
    }

    private CompletionStage<Void> postpone(Group group, Throwable failure, Asked asked) {
        String why = "KIS could not be asked (" + (failure instanceof Problem problem
                ? problem.code() + (problem.kis() == null ? "" : " " + problem.kis().msgCd()) : "fault of the gateway") + ")";
        if (!(failure instanceof Problem)) {
            LOG.error("A lookup of orders in doubt failed inside the gateway", failure);
        }
        return journal.open(group.day(), group.code())
                .thenCompose(open -> all(inDoubt(group, open).iterator(), entry -> wait(entry, why, asked)));
    }

    /** Some at a time: what callers write must not wait behind thousands. */
    static CompletionStage<Void> all(Iterator<OrderEntry> entries, Function<OrderEntry, CompletionStage<?>> write) {
        List<CompletionStage<?>> some = new ArrayList<>();
        while (entries.hasNext() && some.size() < AT_ONCE) {
            some.add(write.apply(entries.next()));
        }
        CompletableFuture<Void> written = Stages.all(some);
        return entries.hasNext() ? written.thenCompose(done -> all(entries, write)) : written;
    }

    /** The order of the reads matters: what was listed, then who is on their way, then who has which number. */
    private CompletionStage<Void> judge(Group group, Listed listed, Asked asked) {
        return journal.open(group.day(), group.code()).thenCompose(open -> journal.confirmed(group.day(), group.code()).thenCompose(
                confirmed -> journal.owners(group.day(), listed.rows().stream().map(KisOrder::orderNo).toList()).thenCompose(owners -> {
                    clock.listed(listed.rows(), confirmed);
                    return decide(group, open, listed, owners, confirmed, asked);
                })));
    }

    private CompletionStage<Void> decide(Group group, List<OrderEntry> open, Listed listed, Map<String, String> owners,
            List<Confirmed> confirmed, Asked asked) {
        List<OrderEntry> inDoubt = inDoubt(group, open);
        Map<String, KisOrder> own = own(listed.rows(), owners, inDoubt);
        List<KisOrder> free = listed.rows().stream().filter(row -> !owners.containsKey(row.orderNo())).toList();
        List<OrderEntry> without = inDoubt.stream().filter(entry -> !own.containsKey(entry.id())).toList();
        Map<String, KisOrder> found = matching.match(without, free);
        late.strangers(group, listed, free, open);
        Map<String, String> contested = new HashMap<>();
        without.stream().filter(entry -> found.containsKey(entry.id()))
                .forEach(entry -> contested(entry, found, without, open).ifPresent(why -> contested.put(entry.id(), why)));
        Map<KisOrder, OrderEntry> holders = Matching.holders(without.stream().filter(entry -> !contested.containsKey(entry.id())).toList(),
                found);
        return all(inDoubt.iterator(), entry -> {
            KisOrder row = found.get(entry.id());
            if (own.containsKey(entry.id())) {
                return placed(entry, own.get(entry.id()));
            }
            if (row != null) {
                String why = contested.get(entry.id());
                return why == null ? placed(entry, row) : wait(entry, why, asked);
            }
            Optional<String> doubt = Optional.ofNullable(matching.doubt(entry, free, holders));
            return missing(entry, new NotPlaced.Evidence(entry, listed, asked.at(), orders.clock().instant(), confirmed, doubt), asked);
        });
    }

    /** What the journal says is an order's own though it is in doubt, by entry id; nobody else gets it, and it is not missing. */
    private static Map<String, KisOrder> own(List<KisOrder> rows, Map<String, String> owners, List<OrderEntry> inDoubt) {
        Set<String> ids = new HashSet<>(inDoubt.stream().map(OrderEntry::id).toList());
        Map<String, KisOrder> own = new LinkedHashMap<>();
        for (KisOrder row : rows) {
            String owner = owners.get(row.orderNo());
            if (owner != null && ids.contains(owner)) {
                own.put(owner, row);
            }
        }
        return own;
    }

    /** Why the row that fits best is not given: somebody may know, or come to know, that it is an identical order's. */
    private Optional<String> contested(OrderEntry entry, Map<String, KisOrder> found, List<OrderEntry> without, List<OrderEntry> open) {
        Instant now = orders.clock().instant();
        if (open.stream().anyMatch(other -> !other.id().equals(entry.id()) && Matching.isAlike(entry, other)
                && (other.state() == OrderState.SENDING
                        || other.state().inDoubt()
                                && (pace.mayBeKnownToItsSender(entry, now) || pace.mayBeKnownToItsSender(other, now))))) {
            return Optional.of("an identical order is under way, and one order at KIS may be either's");
        }
        // Where there is one for each, each has one. Where there is not, whoever is silent may have told a caller which have none.
        List<OrderEntry> rivals = without.stream().filter(other -> matching.mayBe(other, found.get(entry.id()))).toList();
        return rivals.stream().allMatch(other -> found.containsKey(other.id())) || rivals.stream().noneMatch(OrderEntry::isUnspokenOf)
                ? Optional.empty() : Optional.of("of " + rivals.size() + " identical orders KIS has some, and the gateway that sent them,"
                        + " which is gone or silent, may know which");
    }

    private CompletionStage<?> placed(OrderEntry entry, KisOrder row) {
        Placement placement = row.placement();
        return orders.update(entry, before -> before.state().inDoubt()
                ? before.placed(placement, OrderReplies.placed(before, placement), orders.clock().instant()) : before).thenAccept(after -> {
                    if (after.state() == OrderState.PLACED) {
                        LOG.info("Order {} was placed: KIS has it under number {}", entry.id(), after.placement().orderNo());
                    }
                });
    }

    private CompletionStage<?> missing(OrderEntry entry, NotPlaced.Evidence evidence, Asked asked) {
        if (entry.lookup().next().equals(OrderEntry.Lookup.NEVER)) {
            return CompletableFuture.completedStage(null);
        }
        if (evidence.clocksAgree() && pace.isOfAnotherClock(entry, asked.at(), asked.nanos())) {
            return orders.update(entry, before -> before.state().inDoubt()
                    ? before.unresolved(OTHER_CLOCK, orders.clock().instant(), OrderEntry.Lookup.NEVER) : before);
        }
        boolean certain = pace.isCertain(entry, asked.at(), asked.nanos());
        if (!certain && !evidence.listed().whole()) {
            return wait(entry, null, asked);
        }
        Optional<String> openBox = notPlaced.openBox(evidence);
        if (openBox.isPresent()) {
            pace.isNotAbsent(entry);
            return wait(entry, openBox.get(), asked);
        }
        if (!certain || !pace.isAbsentAgain(entry, asked.nanos(), asked.oldestFirst())) {
            return wait(entry, null, asked);
        }
        String why =
                "KIS did not take the order: its whole list of the day, asked for twice when it must have been there, does not have it."
                        + " A new order needs a new Idempotency-Key";
        return orders.update(entry, before -> before.state().inDoubt()
                ? before.notListed(why, OrderReplies.notPlaced(before, why), orders.clock().instant(), late.next()) : before)
                .thenAccept(after -> {
                    if (after.state() == OrderState.NOT_PLACED) {
                        LOG.info("Order {} was not placed: KIS does not list it", entry.id());
                    }
                });
    }

    /** @param obstacle what stands in the way of an answer; null if it is only too early */
    private CompletionStage<?> wait(OrderEntry entry, String obstacle, Asked asked) {
        Instant now = orders.clock().instant();
        boolean unresolved = obstacle != null && pace.isLate(entry, now);
        Instant next = pace.next(entry, obstacle != null, unresolved, now, Duration.ofNanos(orders.nanoTime() - asked.nanos()));
        // What is not asked for again stays so: its day's list may prove nothing, which a new process cannot see.
        return orders.update(entry, before -> !before.state().inDoubt() || before.lookup().next().equals(OrderEntry.Lookup.NEVER) ? before
                : unresolved ? before.unresolved(obstacle, now, next) : before.lookedUp(next));
    }
}
