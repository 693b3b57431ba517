package io.kisgateway.order;

import io.kisgateway.runtime.KoreanTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How far KIS's order numbers have come today. That they ascend is documented nowhere (facts 3.9); it is what has been seen,
 * so it may make an order suspicious and no more, and not even that once KIS has shown otherwise.
 */
final class OrderNumbers {

    private static final int MOST_SECONDS = 30_000;

    /** The numbers of one second. */
    private record Range(long lowest, long highest) {
        Range with(Range other) {
            return new Range(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
        }
    }

    private LocalDate day = LocalDate.MIN;
    private String highest;
    /** Of the day, by KIS's second; ascending as long as numbers do. */
    private final NavigableMap<Instant, Range> numbers = new TreeMap<>();
    private boolean ascending = true;

    /** The highest order number seen today, or null. */
    synchronized String highest(Instant now) {
        return KoreanTime.date(now).equals(day) ? highest : null;
    }

    /** Whether numbers have ascended as far as they have been seen. */
    synchronized boolean ascend() {
        return ascending;
    }

    /**
     * KIS listed an order of a day, or confirmed one.
     *
     * @param at    KIS's time of it, by its list; or null
     * @param floor a number that was known before it was sent, or null
     */
    synchronized void seen(LocalDate when, String orderNo, Instant at, String floor) {
        if (when.isAfter(day)) {
            day = when;
            highest = null;
            numbers.clear();
        }
        if (!when.equals(day)) {
            return;
        }
        if (highest == null || isAbove(orderNo, highest)) {
            highest = orderNo;
        }
        ascending &= floor == null || isAbove(orderNo, floor);
        if (ascending && at != null) {
            long number = Long.parseLong(orderNo);
            Map.Entry<Instant, Range> before = numbers.lowerEntry(at);
            Map.Entry<Instant, Range> after = numbers.higherEntry(at);
            ascending = (before == null || before.getValue().highest < number) && (after == null || after.getValue().lowest > number);
            numbers.merge(at, new Range(number, number), Range::with);
            if (numbers.size() > MOST_SECONDS) {
                numbers.pollFirstEntry();
            }
        }
    }

    static boolean isAbove(String orderNo, String floor) {
        return Long.parseLong(orderNo) > Long.parseLong(floor);
    }
}
