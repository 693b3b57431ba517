package io.kisgateway.order;

import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;

/** One order on its way through this gateway. Used by one thread after another. */
final class OrderRun {

    private volatile OrderEntry entry;
    private volatile boolean written;
    private volatile boolean settled;

    /** @param written whether the journal has the entry */
    OrderRun(OrderEntry entry, boolean written) {
        this.entry = entry;
        this.written = written;
    }

    OrderEntry entry() {
        return entry;
    }

    boolean isWritten() {
        return written;
    }

    void written(OrderEntry next) {
        entry = next;
        written = true;
    }

    /** Whether it may be at KIS this very moment. */
    boolean isInFlight() {
        return entry.state() == OrderState.SENDING && !settled;
    }

    void settled() {
        settled = true;
    }
}
