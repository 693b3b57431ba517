package io.kisgateway.order;

import io.kisgateway.order.journal.Journal.Confirmed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far the clock of KIS's list is from the journal's, as far as rows tell whose number is known: KIS took such an order
 * after it was sent and before it was answered. The replies to orders have another clock, which says nothing of the list's.
 */
final class KisClock {

    /** How far KIS's clock may be from ours while nothing is known of it. */
    static final Duration UNKNOWN = Duration.ofSeconds(5);
    /** Clocks that are further apart are not clocks to go by. */
    static final Duration FURTHEST = Duration.ofMinutes(1);
    private static final Duration SLACK = Duration.ofSeconds(2);
    /** What two clocks drift apart in that time is within the slack. */
    private static final Duration COMPARISON_LASTS = Duration.ofHours(1);
    private static final int MOST = 500;

    /** Between which bounds the distance is, by one order; and when that was. */
    private record Sample(String orderNo, Duration least, Duration most, Instant at) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** KIS listed these rows; these are the orders whose numbers it confirmed. */
    synchronized void listed(Collection<KisOrder> rows, Collection<Confirmed> confirmed) {
        Map<String, Confirmed> byNumber = new HashMap<>();
        confirmed.forEach(one -> byNumber.put(one.orderNo(), one));
        for (KisOrder row : rows) {
            Confirmed known = byNumber.get(row.orderNo());
            if (known != null && row.at() != null && samples.stream().noneMatch(sample -> sample.orderNo.equals(row.orderNo()))) {
                if (samples.size() == MOST) {
                    samples.poll();
                }
                // KIS tells whole seconds.
                samples.add(new Sample(row.orderNo(), Duration.between(known.answeredAt(), row.at()).minus(SLACK),
                        Duration.between(known.sentAt(), row.at().plusSeconds(1)).plus(SLACK), known.answeredAt()));
            }
        }
    }

    private record Bounds(Duration least, Duration most) {
        static final Bounds UNKNOWN_CLOCK = new Bounds(UNKNOWN.negated(), UNKNOWN.plusSeconds(1));
    }

    /** Null if nothing is known, or if what is known contradicts itself. */
    private Bounds known(Instant ours) {
        List<Sample> near = samples.stream()
                .filter(sample -> Duration.between(sample.at, ours).abs().compareTo(COMPARISON_LASTS) < 0).toList();
        if (near.isEmpty()) {
            return null;
        }
        Duration least = near.stream().map(Sample::least).max(Duration::compareTo).orElseThrow();
        Duration most = near.stream().map(Sample::most).min(Duration::compareTo).orElseThrow();
        boolean far = least.compareTo(FURTHEST) > 0 || most.compareTo(FURTHEST.negated()) < 0;
        return least.compareTo(most) > 0 || far ? null : new Bounds(least, most);
    }

    private Bounds bounds(Instant ours) {
        Bounds known = known(ours);
        return known == null ? Bounds.UNKNOWN_CLOCK : known;
    }

    /** Whether KIS's clock has been compared with ours not long before or after a moment of ours. */
    synchronized boolean isKnown(Instant ours) {
        return known(ours) != null;
    }

    /** The earliest that KIS's clock may have shown at a moment of ours. */
    synchronized Instant earliest(Instant ours) {
        return ours.plus(bounds(ours).least());
    }

    synchronized Instant latest(Instant ours) {
        return ours.plus(bounds(ours).most());
    }
}
