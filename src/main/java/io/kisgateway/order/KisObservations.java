package io.kisgateway.order;

import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.order.journal.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What replies have taught of KIS: how far its clock is from ours, how far its order numbers have come today, and which
 * orders its list must have. That numbers ascend is documented nowhere (facts 3.9); it is what has been seen, so it may
 * make an order suspicious and no more, and not even that once KIS has shown otherwise.
 */
final class KisObservations {

    /** How far KIS's clock may be from ours while nothing is known of it. */
    static final Duration UNKNOWN_CLOCK = Duration.ofSeconds(5);
    private static final Duration SLACK = Duration.ofSeconds(2);
    /** What two clocks drift apart in that time is within the slack. */
    private static final Duration COMPARISON_LASTS = Duration.ofHours(1);
    private static final int MOST_CONFIRMED = 1000;
    private static final int MOST_SECONDS = 30_000;

    /** An order that KIS has confirmed, and when. */
    private record Confirmed(LocalDate day, String code, String orderNo, Instant answered) { }

    /** The numbers of one second. */
    private record Range(long lowest, long highest) {
        Range with(Range other) {
            return new Range(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
        }
    }

    private final Deque<Confirmed> confirmed = new ArrayDeque<>();
    private LocalDate day = LocalDate.MIN;
    private String highest;
    /** Of the day, by KIS's second; ascending as long as numbers do. */
    private final NavigableMap<Instant, Range> numbers = new TreeMap<>();
    private boolean ascending = true;
    private Duration ahead;
    private Duration uncertainty = UNKNOWN_CLOCK;
    private Instant comparedAt = Instant.MIN;

    /** The highest order number seen today, or null. */
    synchronized String highest(Instant now) {
        return LocalDate.ofInstant(now, Times.KST).equals(day) ? highest : null;
    }

    /** Whether numbers have ascended as far as they have been seen. */
    synchronized boolean numbersAscend() {
        return ascending;
    }

    /** KIS listed these orders of a day. */
    synchronized void listed(LocalDate when, List<KisOrder> rows) {
        rows.forEach(row -> seen(when, row.orderNo(), row.at()));
    }

    private void seen(LocalDate when, String orderNo, Instant at) {
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

    /** KIS confirmed an order that was sent and answered between two moments of our clock. KIS tells whole seconds. */
    synchronized void confirmed(OrderEntry entry, Placement placement, Instant answered) {
        Instant sent = entry.sentAt();
        LocalDate when = LocalDate.ofInstant(sent, Times.KST);
        if (placement.orderNo().matches("[0-9]{1,18}")) {
            ascending &= entry.floor() == null || isAbove(placement.orderNo(), entry.floor());
            seen(when, placement.orderNo(), time(placement));
            if (confirmed.size() == MOST_CONFIRMED) {
                confirmed.poll();
            }
            confirmed.add(new Confirmed(when, entry.terms().stockCode(), placement.orderNo(), answered));
        }
        Instant at = time(placement);
        if (at != null) {
            Duration least = Duration.between(answered, at);
            Duration most = Duration.between(sent, at.plusSeconds(1));
            ahead = least.plus(most).dividedBy(2);
            uncertainty = most.minus(least).dividedBy(2).plus(SLACK);
            comparedAt = answered;
        }
    }

    private static Instant time(Placement placement) {
        try {
            return placement.orderedAt() == null ? null : OffsetDateTime.parse(placement.orderedAt()).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /**
     * OrderLifecycle of a stock that KIS has confirmed to this gateway, of those that a list must have.
     *
     * @param before confirmed by then
     */
    synchronized List<String> mustBeListed(LocalDate when, String code, Instant before) {
        List<String> numbers = new ArrayList<>();
        for (Confirmed order : confirmed) {
            if (order.day.equals(when) && Objects.equals(order.code, code) && !order.answered.isAfter(before)) {
                numbers.add(order.orderNo);
            }
        }
        return numbers;
    }

    /** Whether KIS's clock has been compared with ours not long before or after a moment of ours. */
    synchronized boolean knowsClock(Instant ours) {
        return ahead != null && Duration.between(comparedAt, ours).abs().compareTo(COMPARISON_LASTS) < 0;
    }

    /** The earliest that KIS's clock may have shown at a moment of ours. */
    synchronized Instant earliest(Instant ours) {
        return knowsClock(ours) ? ours.plus(ahead).minus(uncertainty) : ours.minus(UNKNOWN_CLOCK);
    }

    /** The latest. */
    synchronized Instant latest(Instant ours) {
        return (knowsClock(ours) ? ours.plus(ahead).plus(uncertainty) : ours.plus(UNKNOWN_CLOCK)).plusSeconds(1);
    }
}
