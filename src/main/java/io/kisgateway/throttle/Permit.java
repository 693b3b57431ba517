package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;

/**
 * The permit that a call carries from the throttle to its first try at KIS, an exchange of its own, where it is used up.
 * One that was never used goes back when the call ends.
 */
final class Permit {

    private final PermitQueue queue;
    private final AtomicReference<Slot> slot;
    private final boolean ahead;

    /** @param ahead whether the slot is still to be waited for */
    Permit(PermitQueue queue, Slot slot, boolean ahead) {
        this.queue = queue;
        this.ahead = ahead;
        this.slot = new AtomicReference<>(slot);
    }

    static Permit of(Exchange exchange) {
        return Call.of(exchange).attribute(Permit.class);
    }

    void attachTo(Exchange exchange) {
        Call.of(exchange).attribute(Permit.class, this);
    }

    boolean ahead() {
        return ahead;
    }

    PermitQueue queue() {
        return queue;
    }

    /** Gives back what the call holds unused, if it holds anything. */
    static void giveBack(Call call) {
        Permit permit = call.attribute(Permit.class);
        Slot unused = permit == null ? null : permit.take();
        if (unused != null) {
            permit.queue.giveBack(unused);
        }
    }

    /** The slot, once; then null. */
    Slot take() {
        return slot.getAndSet(null);
    }
}
