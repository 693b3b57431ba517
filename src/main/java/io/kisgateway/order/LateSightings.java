package io.kisgateway.order;

import io.kisgateway.order.Lookup.Group;
import io.kisgateway.order.OrderAlarms.Kind;
import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders at KIS that should not be there: one that was called not placed is looked for once more, minutes later. The journal says
 * which, and when, so that any instance does it, after a restart too.
 */
final class LateSightings {

    private static final Logger LOG = LoggerFactory.getLogger(LateSightings.class);
    private static final Duration TRIED_FOR = Duration.ofDays(1);

    private final OrderLifecycle orders;
    private final Journal journal;
    private final OrdersAtKis atKis;
    private final KisClock clock;
    private final OrderAlarms alarms;
    private final Duration after;
    private final Set<Group> looking = ConcurrentHashMap.newKeySet();

    /** @param after how long after the word the last look is */
    LateSightings(OrderLifecycle orders, OrdersAtKis atKis, KisClock clock, OrderAlarms alarms, Duration after) {
        this.orders = orders;
        this.journal = orders.journal();
        this.atKis = atKis;
        this.clock = clock;
        this.alarms = alarms;
        this.after = after;
    }

    /** When an order that is called not placed now is looked for once more. */
    Instant next() {
        return orders.clock().instant().plus(after);
    }

    /**
     * Takes the looks that are due; of all instances one takes each.
     *
     * @param open    of the journal's
     * @param longest that a look takes
     */
    void look(List<OrderEntry> open, Duration longest) {
        Instant now = orders.clock().instant();
        Map<Group, List<OrderEntry>> due = open.stream()
                .filter(entry -> entry.state() == OrderState.NOT_PLACED && !entry.due().isAfter(now))
                .collect(Collectors.groupingBy(Group::of));
        due.forEach((group, entries) -> {
            if (looking.add(group)) {
                String right = "last-look-" + group;
                journal.lease(right, longest)
                        .thenCompose(mine -> mine ? look(group, entries).handle((done, failure) -> journal.endLease(right))
                                .thenCompose(end -> end) : CompletableFuture.completedStage(null))
                        .whenComplete((done, failure) -> looking.remove(group));
            }
        });
    }

    /** What is listed may be an identical order's that is on its way: then a later look tells. */
    private CompletionStage<?> look(Group group, List<OrderEntry> entries) {
        Instant earliest = entries.stream().map(entry -> clock.earliest(entry.sentAt())).min(Instant::compareTo).orElseThrow();
        return atKis.since(group.day(), group.code(), group.side(), earliest, atKis.ownCall("last-look-" + entries.get(0).id()))
                .thenCompose(listed -> journal.open(group.day(), group.code()).thenCompose(open -> judge(group, entries, listed, open)))
                .handle((judged, failure) -> {
                    if (failure != null) {
                        LOG.warn("Whether orders that were called not placed show up later could not be asked: {}",
                                Stages.brief(failure));
                    }
                    return Lookup.all(entries.iterator(), entry -> looked(entry, failure == null && judged.contains(entry)));
                }).thenCompose(written -> written);
    }

    private CompletionStage<List<OrderEntry>> judge(Group group, List<OrderEntry> entries, Listed listed, List<OrderEntry> open) {
        List<OrderEntry> judged =
                entries.stream().filter(entry -> open.stream().noneMatch(other -> Matching.isAlike(entry, other))).toList();
        return journal.owners(group.day(), listed.rows().stream().map(KisOrder::orderNo).toList()).thenApply(owners -> {
            tell(judged, listed.rows().stream().filter(row -> !owners.containsKey(row.orderNo())).toList());
            return judged;
        });
    }

    private CompletionStage<?> looked(OrderEntry entry, boolean done) {
        boolean last = done || orders.clock().instant().isAfter(entry.sentAt().plus(TRIED_FOR));
        Instant next = last ? OrderEntry.Lookup.NEVER : next();
        return orders.update(entry,
                before -> before.due() != null && before.state() == OrderState.NOT_PLACED ? before.lookedUp(next) : before);
    }

    /** @param free rows that no order of the journal has */
    private void tell(List<OrderEntry> entries, List<KisOrder> free) {
        Set<String> told = new HashSet<>();
        for (OrderEntry entry : entries) {
            free.stream().filter(row -> Matching.isSame(entry, row) && !told.contains(row.orderNo())
                    && (row.at() == null || !row.at().plusSeconds(1).isBefore(clock.earliest(entry.sentAt())))).findFirst()
                    .ifPresent(row -> {
                        told.add(row.orderNo());
                        alarms.raise(Kind.LATE_SIGHTING,
                                "KIS lists order " + row.orderNo() + " of " + row.orderedAt() + ", identical to order " + entry.id()
                                        + ", of which was said that it is not placed: if nobody else placed it, it may exist twice");
                    });
        }
    }

    /** @param free rows whose number is no order's of the journal; those that an open order may be given are nobody's yet */
    void strangers(Group group, Listed listed, List<KisOrder> free, List<OrderEntry> open) {
        List<KisOrder> unknown = !listed.whole() ? List.of() : free.stream().filter(alarms::isUntold)
                .filter(row -> open.stream().noneMatch(entry -> Matching.isSame(entry, row))).toList();
        if (!unknown.isEmpty()) {
            withoutNoted(group.day(), unknown, null).thenAccept(strangers -> strangers.forEach(alarms::stranger))
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.warn("Whose orders KIS lists could not be read: {}", Stages.brief(failure));
                        }
                    });
        }
    }

    /** A client of KIS cancels and changes with numbers that are noted only, as KIS's list does not tell what became of them. */
    private CompletionStage<List<KisOrder>> withoutNoted(LocalDate day, List<KisOrder> rows, String after) {
        return journal.list(day, null, after, Journal.MOST_OF_A_PAGE).thenCompose(page -> {
            List<KisOrder> left = rows.stream()
                    .filter(row -> page.entries().stream().noneMatch(entry -> OwnOrders.isNumbered(entry, row.orderNo()))).toList();
            return left.isEmpty() || page.next() == null ? CompletableFuture.completedStage(left) : withoutNoted(day, left, page.next());
        });
    }
}
