package io.kisgateway.order;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the orders that KIS lists belong to which orders of the journal. KIS keeps nothing of ours with an order, so
 * there is only what it says to go by: issue, side, quantity, price and time. Of two orders that are the same in all of
 * these either may be either; what counts is that each order at KIS is given to one of ours at most.
 */
final class Matching {

    /** An identical order this much too early is suspicious as long as KIS's clock has not been compared with ours. */
    private static final Duration SUSPICIOUS = Duration.ofSeconds(60);

    private final Sightings sightings;
    private final Duration grace;

    /** @param grace how long after an order can have reached KIS it may still be taken and listed */
    Matching(Sightings sightings, Duration grace) {
        this.sightings = sightings;
        this.grace = grace;
    }

    /**
     * The latest row goes to the entry that was sent last of those it fits, and so on back. The other way round an order
     * that shows up late would be left over: its entry has been given a younger entry's row, and it is too old for that one.
     *
     * @param entries in doubt, any order
     * @param rows    of KIS that no entry has, any order
     * @return by entry id
     */
    Map<String, KisOrder> match(List<OrderEntry> entries, List<KisOrder> rows) {
        Map<String, KisOrder> found = new LinkedHashMap<>();
        List<OrderEntry> lastFirst = new ArrayList<>(entries);
        lastFirst.sort(Comparator.comparing(OrderEntry::sentAt).thenComparing(OrderEntry::id).reversed());
        List<KisOrder> left = new ArrayList<>(rows);
        left.sort(Comparator.comparing(KisOrder::orderNo).reversed());
        assign(lastFirst, left, found, grace);
        // Between two lookups an order may have been given its elder's row; its own, which is later, is then the elder's.
        assign(lastFirst, left, found, grace.multipliedBy(2));
        return found;
    }

    private void assign(List<OrderEntry> lastFirst, List<KisOrder> rows, Map<String, KisOrder> found, Duration late) {
        for (KisOrder row : List.copyOf(rows)) {
            lastFirst.stream().filter(entry -> !found.containsKey(entry.id()) && isSame(entry, row) && isAfterFloor(entry, row)
                    && isInTime(entry, row, late)).findFirst().ifPresent(entry -> {
                        found.put(entry.id(), row);
                        rows.remove(row);
                    });
        }
    }

    /** Whether a row could be the entry's, but for its time. */
    static boolean isSame(OrderEntry entry, KisOrder row) {
        Terms terms = entry.terms();
        if (terms.cancels()) {
            return row.cancellation() && row.original().equals(terms.originalOrderNo())
                    && (terms.quantity() == 0 || terms.quantity() == row.quantity());
        }
        return row.original().isEmpty() && row.code().equals(terms.stockCode())
                && row.buy() == (terms.action() == Terms.Action.BUY) && row.quantity() == terms.quantity()
                && row.market() == terms.market() && (terms.market() || row.price() == terms.price());
    }

    /** Whether two entries could be taken for each other. */
    static boolean isAlike(OrderEntry one, OrderEntry other) {
        Terms a = one.terms();
        Terms b = other.terms();
        return a.action() == b.action() && (a.cancels() ? a.originalOrderNo().equals(b.originalOrderNo())
                : a.stockCode().equals(b.stockCode()) && a.quantity() == b.quantity() && a.price() == b.price());
    }

    private static boolean isAfterFloor(OrderEntry entry, KisOrder row) {
        return entry.floor() == null || Sightings.isAbove(row.orderNo(), entry.floor());
    }

    /** Of a row without a time its number alone must say that it is not older. */
    private boolean isInTime(OrderEntry entry, KisOrder row, Duration late) {
        return row.at() == null ? entry.floor() != null : isWithin(row, entry.sentAt(), entry.quietSince().plus(late));
    }

    private boolean isWithin(KisOrder row, Instant from, Instant to) {
        return !row.at().plusSeconds(1).isBefore(sightings.earliest(from)) && !row.at().isAfter(sightings.latest(to));
    }

    /** An order that may be the entry's, if it has no time, or if KIS's clock should be behind ours and nobody knows; or null. */
    KisOrder suspect(OrderEntry entry, List<KisOrder> rows) {
        return rows.stream().filter(row -> isSame(entry, row) && isAfterFloor(entry, row) && (row.at() == null
                || !sightings.knowsClock() && isWithin(row, entry.sentAt().minus(SUSPICIOUS), entry.sentAt())))
                .findFirst().orElse(null);
    }
}
