package io.kisgateway.order;

import io.kisgateway.order.Lookup.Group;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that what became of orders whose outcome nobody knows is found out: this instance's, those of a former life, and
 * those of instances that are gone. It asks KIS at once, then ever less often. It never sends an order.
 */
final class Reconciler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration ROUND = Duration.ofSeconds(1);

    private final OrderLifecycle orders;
    private final Journal journal;
    private final TradingHalt halt;
    private final AuditTrail audit;
    private final Lookup lookup;
    private final LookupPace pace;
    private final LateSightings late;
    /** How long one lookup can take, in general; two at a time do no harm. */
    private final Duration longestLookup;
    private final Supplier<CompletionStage<Void>> beforeHeartbeat;
    private final AtomicBoolean inRound = new AtomicBoolean();
    private final AtomicBoolean again = new AtomicBoolean();
    private final Set<Group> lookingUp = ConcurrentHashMap.newKeySet();
    /** Stocks of which KIS has said something since they were last seen to. */
    private final Set<String> noticed = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile List<InDoubt> inDoubt = List.of();
    private volatile boolean away;

    /** @param beforeHeartbeat writes what others must know before they may take this instance for alive */
    Reconciler(OrderLifecycle orders, TradingHalt halt, AuditTrail audit, Lookup lookup, LookupPace pace, LateSightings late,
            Duration longestLookup, Supplier<CompletionStage<Void>> beforeHeartbeat) {
        this.orders = orders;
        this.journal = orders.journal();
        this.halt = halt;
        this.audit = audit;
        this.lookup = lookup;
        this.pace = pace;
        this.late = late;
        this.longestLookup = longestLookup;
        this.beforeHeartbeat = beforeHeartbeat;
        orders.onDoubt(this::soon);
    }

    /** Begins; the first round is at once. */
    void start() {
        tick();
    }

    private void tick() {
        if (!closed) {
            journal.heartbeat(beforeHeartbeat).thenCompose(done -> halt.refresh()).exceptionally(failure -> null);
            var unused = audit.write();
            soon();
            if (!closed) {
                orders.later(ROUND, this::tick);
            }
        }
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

    /** KIS has said something of an order for this stock: those in doubt are looked up now, whatever their turn. */
    void noticed(String stockCode) {
        if (inDoubt.stream().anyMatch(one -> stockCode.equals(one.stockCode())) && noticed.add(stockCode)) {
            soon();
        }
    }

    private void tell(Throwable failure) {
        if (failure != null && !away) {
            LOG.warn("Orders in doubt cannot be seen to: {}", Stages.brief(failure));
        } else if (failure == null && away) {
            LOG.info("Orders in doubt are seen to again");
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
        Instant now = orders.clock().instant();
        List<OrderEntry> doubtful = open.stream().filter(entry -> entry.state().inDoubt()).toList();
        inDoubt = doubtful.stream().sorted(Comparator.comparing(OrderEntry::createdAt)).map(Reconciler::shown).toList();
        pace.sees(doubtful, now);
        late.look(open, longestLookup);
        Set<String> told = takeNoticed();
        doubtful.stream().filter(entry -> entry.terms().listed() && (pace.isDue(entry, now) || told.contains(code(entry))))
                .map(Group::of).distinct().forEach(this::lookUp);
        Map<String, CompletionStage<Boolean>> alive = new LinkedHashMap<>();
        List<CompletionStage<?>> steps = new ArrayList<>();
        for (OrderEntry entry : open) {
            if (!entry.state().inDoubt() && !entry.state().settled() && !orders.isRunning(entry.id())) {
                String owner = entry.origin().instance();
                CompletionStage<Boolean> lives = owner.equals(journal.instance()) ? CompletableFuture.completedStage(false)
                        : alive.computeIfAbsent(owner, journal::isAlive);
                steps.add(lives.thenCompose(yes -> yes ? CompletableFuture.completedStage(null) : takeOver(entry)));
            }
        }
        return Stages.all(steps);
    }

    private static String code(OrderEntry entry) {
        return Objects.requireNonNullElse(entry.terms().stockCode(), "");
    }

    /** But for those of which KIS is being asked: it may have answered before it noticed. */
    private Set<String> takeNoticed() {
        Set<String> told = noticed.stream().filter(code -> lookingUp.stream().noneMatch(group -> code.equals(group.code())))
                .collect(Collectors.toSet());
        noticed.removeAll(told);
        return told;
    }

    private static InDoubt shown(OrderEntry entry) {
        return new InDoubt(entry.origin().givenKey() == null ? entry.id() : entry.origin().givenKey(), entry.createdAt(),
                entry.terms().action().wire(),
                entry.terms().stockCode(), entry.reason() == null ? entry.state().wire() : entry.reason());
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
        String why = "the gateway went away between sending it and its reply";
        return orders.update(entry, before -> before.state() != OrderState.SENDING ? before
                : before.terms().listed() ? before.unknown(why, before.deadline(), orders.clock().instant())
                : before.unresolved(why + OrderLifecycle.NOT_LISTED, orders.clock().instant(), OrderEntry.Lookup.NEVER))
                .thenAccept(after -> {
                    // It may have ended since it was listed, in doubt too: then nobody went away.
                    if (after.state().inDoubt() && after.reason() != null && after.reason().startsWith(why)) {
                        LOG.warn("Order {} was being sent when gateway {} went away", entry.id(), entry.origin().instance());
                    }
                    again.set(true);
                });
    }

    private void lookUp(Group group) {
        if (!lookingUp.add(group)) {
            return;
        }
        journal.lease(group.toString(), longestLookup).thenCompose(mine -> mine
                ? lookup.ask(group).handle((done, failure) -> end(group, failure)).thenCompose(stage -> stage)
                : CompletableFuture.completedStage(null)).whenComplete((done, failure) -> {
                    lookingUp.remove(group);
                    if (!noticed.isEmpty()) {
                        soon();
                    }
                    if (failure != null) {
                        tell(failure);
                    }
                });
    }

    private CompletionStage<Void> end(Group group, Throwable failure) {
        if (failure != null) {
            LOG.warn("A lookup of orders in doubt failed: {}", Stages.brief(failure));
        }
        return journal.endLease(group.toString());
    }

    @Override
    public void close() {
        closed = true;
    }
}
