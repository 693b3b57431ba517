package io.kisgateway.order;

import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderType;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the orders that KIS lists belong to which orders of the journal. KIS keeps nothing of ours with an order, so
 * there is only what it says to go by: issue, side, quantity, price and time. Of two orders that are the same in all of
 * these either may be either; what counts is that each order at KIS is given to one of ours at most.
 */
final class Matching {

    private final KisClock clock;
    private final OrderNumbers numbers;
    private final Duration grace;

    /** @param grace how long after an order can have reached KIS it may still be taken and listed */
    Matching(KisClock clock, OrderNumbers numbers, Duration grace) {
        this.clock = clock;
        this.numbers = numbers;
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
        left.removeIf(row -> row.at() == null);
        left.sort(Comparator.comparing(KisOrder::at).thenComparing(KisOrder::orderNo).reversed());
        assign(lastFirst, left, found, grace);
        // Between two lookups an order may have been given its elder's row; its own, which is later, is then the elder's.
        assign(lastFirst, left, found, grace.multipliedBy(2));
        return found;
    }

    private void assign(List<OrderEntry> lastFirst, List<KisOrder> rows, Map<String, KisOrder> found, Duration late) {
        for (KisOrder row : List.copyOf(rows)) {
            lastFirst.stream().filter(entry -> !found.containsKey(entry.id()) && isSame(entry, row) && isInTime(entry, row, late)
                    && !hasOldNumber(entry, row)).findFirst().ifPresent(entry -> {
                        found.put(entry.id(), row);
                        rows.remove(row);
                    });
        }
    }

    /** Whether a row could be the entry's, but for its time. */
    static boolean isSame(OrderEntry entry, KisOrder row) {
        Terms terms = entry.terms();
        if (terms.changes()) {
            return row.original().equals(terms.originalOrderNo()) && row.cancellation() == terms.cancels()
                    && (terms.quantity() == 0 || row.quantity() == 0 || terms.quantity() == row.quantity())
                    && (terms.cancels() || terms.price() == row.price());
        }
        return isNearlySame(entry, row) && row.original().isEmpty() && row.exchange().equals(terms.exchange())
                && (row.type().isEmpty() || row.type().equals(terms.type().code()))
                && (row.price() == terms.price() || !terms.type().priced() && !row.type().isEmpty());
    }

    /** Whether a row could be the entry's, if it came late. */
    boolean mayBe(OrderEntry entry, KisOrder row) {
        return isSame(entry, row) && row.at() != null && isInTime(entry, row, grace.multipliedBy(2));
    }

    /** Whether two entries could be taken for each other; of which exchange KIS lists an SOR order is not known. */
    static boolean isAlike(OrderEntry one, OrderEntry other) {
        Terms a = one.terms();
        Terms b = other.terms();
        return a.action() == b.action() && (a.changes() ? a.originalOrderNo().equals(b.originalOrderNo())
                : a.stockCode().equals(b.stockCode()) && a.quantity() == b.quantity() && a.price() == b.price() && a.type() == b.type());
    }

    /** Whether a row differs from the entry only in what is not known to be listed by KIS as it was ordered in every case. */
    private static boolean isNearlySame(OrderEntry entry, KisOrder row) {
        Terms terms = entry.terms();
        return terms.changes() ? row.original().equals(terms.originalOrderNo())
                : row.code().equals(terms.stockCode()) && row.buy() == (terms.action() == Terms.Action.BUY)
                        && row.quantity() == terms.quantity();
    }

    /** Of a row that is nearly the same: whether its price is the entry's too, or is not told. */
    private static boolean mayHaveItsPrice(OrderEntry entry, KisOrder row) {
        Terms terms = entry.terms();
        return terms.changes() || row.original().isEmpty() && (row.price() <= 0 || (terms.type().priced() ? row.price() == terms.price()
                : OrderType.ofCode(row.type()).filter(OrderType::priced).isEmpty()));
    }

    /** Whether a row's number was no news when the entry was sent. */
    private boolean hasOldNumber(OrderEntry entry, KisOrder row) {
        return numbers.ascend() && entry.floor() != null && !OrderNumbers.isAbove(row.orderNo(), entry.floor());
    }

    private boolean isInTime(OrderEntry entry, KisOrder row, Duration late) {
        return !row.at().plusSeconds(1).isBefore(clock.earliest(entry.sentAt()))
                && !row.at().isAfter(clock.latest(entry.quietSince().plus(late)));
    }

    /** @param found what each of the entries has been given, by its id */
    static Map<KisOrder, OrderEntry> holders(Collection<OrderEntry> entries, Map<String, KisOrder> found) {
        Map<KisOrder, OrderEntry> holders = new HashMap<>();
        entries.stream().filter(entry -> found.containsKey(entry.id())).forEach(entry -> holders.put(found.get(entry.id()), entry));
        return holders;
    }

    /**
     * Why it cannot be said that the entry is not among these orders, or null. If it could have been given a row that
     * another has, and that one could have had a row that is left, then the row that is left may be of either.
     *
     * @param rows    that no other entry of the journal has
     * @param holders which of the entries in doubt has been given which of them
     */
    String doubt(OrderEntry entry, List<KisOrder> rows, Map<KisOrder, OrderEntry> holders) {
        LocalDate first = KoreanTime.date(clock.earliest(entry.sentAt()));
        LocalDate last = KoreanTime.date(clock.latest(entry.quietSince()));
        if (!first.equals(last)) {
            return "it was sent around midnight, and KIS may have it on another day";
        }
        Set<OrderEntry> visited = new HashSet<>(Set.of(entry));
        Deque<OrderEntry> next = new ArrayDeque<>(visited);
        while (!next.isEmpty()) {
            OrderEntry one = next.poll();
            for (KisOrder row : rows) {
                String why = doubt(one, row);
                OrderEntry holder = holders.get(row);
                if (why != null && holder == null) {
                    return why;
                }
                if (why != null && visited.add(holder)) {
                    next.add(holder);
                }
            }
        }
        return null;
    }

    private String doubt(OrderEntry entry, KisOrder row) {
        boolean same = isSame(entry, row);
        if (!same && !isNearlySame(entry, row)) {
            return null;
        }
        String which = "KIS lists " + (same ? "an identical order " : row.original().isEmpty()
                ? "an order that differs in price, kind or exchange alone, " : "a change that differs a little, ") + row.orderNo();
        if (row.at() == null) {
            return which + ", without a time, which may be this one";
        }
        which += " of " + row.placement().orderedAt();
        if (isInTime(entry, row, grace.multipliedBy(2))) {
            return which + ", which may be this one" + (same ? ", though its number seems older" : "");
        }
        boolean before = clock.isKnown(entry.sentAt()) && row.at().isBefore(clock.earliest(entry.sentAt())) && hasOldNumber(entry, row);
        return mayHaveItsPrice(entry, row) && !before
                ? which + ", which no order of the journal has, and which this one may be if KIS's clock is not what it seems"
                : null;
    }
}
