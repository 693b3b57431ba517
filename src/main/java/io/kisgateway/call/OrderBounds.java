package io.kisgateway.call;

import java.util.Set;

/**
 * What a client's orders may be at most.
 *
 * @param stocks      the codes that it may trade; empty for all
 * @param quantity    of one order; like the values {@link Long#MAX_VALUE} for no bound
 * @param value       of one order, won
 * @param valuePerDay of all its orders of one day, won
 */
public record OrderBounds(Set<String> stocks, long quantity, long value, long valuePerDay) {

    public static final OrderBounds NONE = new OrderBounds(Set.of(), Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    public OrderBounds {
        stocks = Set.copyOf(stocks);
    }

    /** Whether an order must be valued to know if it is within them. */
    public boolean valued() {
        return value != Long.MAX_VALUE || valuePerDay != Long.MAX_VALUE;
    }
}
