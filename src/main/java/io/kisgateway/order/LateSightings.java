package io.kisgateway.order;

import io.kisgateway.order.OrderAlarms.Kind;
import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.OrdersAtKis.Side;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orders at KIS that should not be there: one that was called not placed is looked for once more, minutes later. */
final class LateSightings {

    private static final Logger LOG = LoggerFactory.getLogger(LateSightings.class);
    private static final int MOST = 1000;

    /** @param from in nanoseconds of the monotonic clock */
    private record Watched(OrderEntry entry, long from) {}

    private final OrderLifecycle orders;
    private final Journal journal;
    private final OrdersAtKis atKis;
    private final KisClock clock;
    private final OrderAlarms alarms;
    private final Duration after;
    private final Queue<Watched> watched = new ConcurrentLinkedQueue<>();
    private final AtomicInteger watching = new AtomicInteger();

    /** @param after how long after the word the last look is */
    LateSightings(OrderLifecycle orders, OrdersAtKis atKis, KisClock clock, OrderAlarms alarms, Duration after) {
        this.orders = orders;
        this.journal = orders.journal();
        this.atKis = atKis;
        this.clock = clock;
        this.alarms = alarms;
        this.after = after;
    }

    /** An order was called not placed. */
    void watch(OrderEntry entry) {
        if (watching.get() < MOST) {
            watching.incrementAndGet();
            watched.add(new Watched(entry, orders.nanoTime() + after.toNanos()));
        }
    }

    /** Takes the looks that are due. */
    void tick() {
        List<OrderEntry> due = new ArrayList<>();
        for (Watched next = watched.peek(); next != null && orders.nanoTime() - next.from() >= 0; next = watched.peek()) {
            watched.remove(next);
            watching.decrementAndGet();
            due.add(next.entry());
        }
        due.forEach(this::look);
    }

    private void look(OrderEntry entry) {
        atKis.since(entry.day(), entry.terms().stockCode(), Side.of(entry.terms().action()), clock.earliest(entry.sentAt()),
                atKis.ownCall("last-look-" + entry.id())).thenCompose(listed -> {
                    List<KisOrder> like = listed.rows().stream().filter(row -> Matching.isSame(entry, row)
                            && (row.at() == null || !row.at().plusSeconds(1).isBefore(clock.earliest(entry.sentAt())))).toList();
                    return journal.owners(entry.day(), like.stream().map(KisOrder::orderNo).toList()).thenAccept(owners -> like.stream()
                            .filter(row -> !owners.containsKey(row.orderNo())).findFirst().ifPresent(row -> alarms.raise(Kind.LATE_SIGHTING,
                                    "KIS lists order " + row.orderNo() + " of " + row.orderedAt() + ", identical to order " + entry.id()
                                            + ", of which was said that it is not placed: if nobody else placed it, it may exist twice")));
                }).exceptionally(failure -> {
                    LOG.warn("Whether an order that was called not placed shows up later could not be asked: {}", AsyncStep.brief(failure));
                    return null;
                });
    }

    /** @param free rows that no order of the journal has; those that an open order may be given are nobody's yet */
    void strangers(Listed listed, List<KisOrder> free, List<OrderEntry> open) {
        if (listed.whole()) {
            free.stream().filter(row -> open.stream().noneMatch(entry -> Matching.isSame(entry, row))).forEach(alarms::stranger);
        }
    }
}
