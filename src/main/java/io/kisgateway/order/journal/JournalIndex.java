package io.kisgateway.order.journal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a journal in files has in memory: the entries that are open, or young enough for their key to count, by id, key and
 * order number. What was put since {@link #begin()} can be undone. Used by one thread.
 */
final class JournalIndex {

    private final Map<String, OrderEntry> entries = new LinkedHashMap<>();
    private final Map<String, String> byKey = new HashMap<>();
    private final Map<String, String> byNumber = new HashMap<>();
    private final Map<LocalDate, Map<String, String>> numbers = new TreeMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();

    Optional<OrderEntry> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** The entry that had a key last, whether it still counts or not. */
    Optional<OrderEntry> findByKey(String key) {
        return Optional.ofNullable(byKey.get(key)).map(entries::get);
    }

    Optional<OrderEntry> findByNumber(String orderNo) {
        return Optional.ofNullable(byNumber.get(orderNo)).map(entries::get);
    }

    /** The id of the entry that has an order number of a day, even if the entry itself is no longer here. */
    Optional<String> owner(LocalDate day, String orderNo) {
        return Optional.ofNullable(numbers.getOrDefault(day, Map.of()).get(orderNo));
    }

    Map<String, String> owners(LocalDate day, Collection<String> orderNumbers) {
        Map<String, String> found = new HashMap<>(numbers.getOrDefault(day, Map.of()));
        found.keySet().retainAll(orderNumbers);
        return found;
    }

    /** What is not settled, that which needs attention soonest first. */
    List<OrderEntry> open(int most) {
        return entries.values().stream().filter(entry -> !entry.state().settled())
                .sorted(Comparator.comparing(OrderEntry::due)).limit(most).toList();
    }

    void begin() {
        undo.clear();
    }

    void undo() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    void put(OrderEntry entry) {
        OrderEntry before = entries.get(entry.id());
        String heldKey = entry.origin().key() == null ? null : byKey.get(entry.origin().key());
        remember(entry);
        undo.push(() -> {
            remove(entry);
            if (entry.placement() != null) {
                numbers.getOrDefault(entry.day(), new HashMap<>()).remove(entry.placement().orderNo(), entry.id());
            }
            if (before != null) {
                remember(before);
            }
            if (heldKey != null) {
                byKey.put(entry.origin().key(), heldKey);
            }
        });
    }

    /** Puts what was read from a file. */
    void remember(OrderEntry entry) {
        entries.put(entry.id(), entry);
        if (entry.origin().key() != null) {
            byKey.put(entry.origin().key(), entry.id());
        }
        if (entry.placement() != null) {
            byNumber.put(entry.placement().orderNo(), entry.id());
            numbers.computeIfAbsent(entry.day(), day -> new HashMap<>()).put(entry.placement().orderNo(), entry.id());
        }
    }

    /** The order's number stays its own all the same. */
    void remove(OrderEntry entry) {
        entries.remove(entry.id());
        if (entry.origin().key() != null) {
            byKey.remove(entry.origin().key(), entry.id());
        }
        if (entry.placement() != null) {
            byNumber.remove(entry.placement().orderNo(), entry.id());
        }
    }

    /** Drops what has been settled for so long that its key no longer counts, and the order numbers of days long past. */
    void forget(Instant settledBefore, LocalDate daysBefore) {
        entries.values().stream().filter(entry -> entry.state().settled() && entry.changedAt().isBefore(settledBefore))
                .toList().forEach(this::remove);
        numbers.keySet().removeIf(day -> day.isBefore(daysBefore));
    }
}
