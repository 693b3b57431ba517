package io.kisgateway.simulator;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The orders taken, which of them are open, and the number of the next. Guarded by the order book's lock. */
final class OrderStore {

    private static final long HIGHEST_NUMBER = 9_999_999_999L;

    private final Map<String, Order.Entry> orders = new LinkedHashMap<>();
    private final Map<String, Order.Entry> open = new LinkedHashMap<>();
    private final int most;
    private final boolean descending;
    private long lastNumber;

    /** Order numbers stay unique when the simulator is restarted: they start at the time of day. */
    OrderStore(SimulatorOptions options) {
        this.most = options.maxOrders();
        this.descending = options.descendingOrderNumbers();
        this.lastNumber = Texts.seoul(options.clock().instant()).toLocalTime().toNanoOfDay() / 1_000_000 * 100;
    }

    String nextNumber() {
        lastNumber++;
        String number = Long.toString(descending ? HIGHEST_NUMBER - lastNumber : lastNumber);
        return "0".repeat(10 - number.length()) + number;
    }

    void keep(Order.Entry entry) {
        orders.put(entry.orderNo, entry);
        if (entry.open()) {
            open.put(entry.orderNo, entry);
        }
        if (orders.size() > most) {
            Iterator<Order.Entry> eldest = orders.values().iterator();
            while (eldest.hasNext()) {
                if (!eldest.next().open()) {
                    eldest.remove();
                    return;
                }
            }
        }
    }

    void close(Order.Entry entry, Order.State state) {
        entry.state = state;
        open.remove(entry.orderNo);
    }

    void closeIfDone(Order.Entry entry, Order.State state) {
        if (entry.remaining() == 0) {
            close(entry, state);
        }
    }

    Order.Entry find(String orderNo) {
        return orders.get(orderNo);
    }

    Order.Entry findOpen(String orderNo) {
        return open.get(orderNo);
    }

    Collection<Order.Entry> all() {
        return orders.values();
    }

    List<Order.Entry> open() {
        return List.copyOf(open.values());
    }

    void clear() {
        orders.clear();
        open.clear();
    }
}
