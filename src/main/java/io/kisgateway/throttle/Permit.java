package io.kisgateway.throttle;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;

/**
 * The permit that an exchange carries from the throttle to its first call to KIS, where it is used up. One that was
 * never used goes back when the exchange ends.
 */
final class Permit {

    private static final String PROPERTY = "kisGatewayPermit";

    private final PermitLine line;
    private final AtomicReference<Slot> slot;

    Permit(PermitLine line, Slot slot) {
        this.line = line;
        this.slot = new AtomicReference<>(slot);
    }

    static Permit of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Permit.class);
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    PermitLine line() {
        return line;
    }

    /** The slot, once; then null. */
    Slot take() {
        return slot.getAndSet(null);
    }

    void giveBack() {
        Slot unused = take();
        if (unused != null) {
            line.giveBack(unused);
        }
    }
}
