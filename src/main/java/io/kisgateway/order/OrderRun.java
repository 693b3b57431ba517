package io.kisgateway.order;

import io.kisgateway.call.OrderReceipt;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;

/** One order on its way through this gateway. Used by one thread after another. */
final class OrderRun {

    private volatile OrderEntry entry;
    private volatile boolean written;
    private volatile boolean settled;
    private volatile OrderReceipt receipt;
    /** In nanoseconds of the monotonic clock. */
    private volatile long sentNanos;

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

    /** Nothing is sent of it any more. */
    void settled() {
        settled = true;
    }

    boolean isSettled() {
        return settled;
    }

    /** It is about to be written down that it is sent. */
    void sending(long nanoTime) {
        sentNanos = nanoTime;
    }

    long sentNanos() {
        return sentNanos;
    }

    /** What KIS said when it took it, or null. */
    OrderReceipt receipt() {
        return receipt;
    }

    void taken(OrderReceipt byKis) {
        receipt = byKis;
    }
}
