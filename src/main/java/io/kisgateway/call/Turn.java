package io.kisgateway.call;

import org.apache.camel.Exchange;

/**
 * Leave for one call to KIS to go, for a short time only: calls that left at any later moment would not keep the distance
 * that their permits have. Carried by the exchange of one attempt.
 */
public final class Turn {

    private static final String PROPERTY = "kisGatewayTurn";

    private final long untilNanos;
    private final Runnable missed;

    /**
     * @param untilNanos of the monotonic clock: the call must have left by then
     * @param missed     puts the permit back where the next attempt of the call exchanges it for a later one
     */
    public Turn(long untilNanos, Runnable missed) {
        this.untilNanos = untilNanos;
        this.missed = missed;
    }

    /** The turn that this exchange carries, or null if it may go at any time. */
    public static Turn of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Turn.class);
    }

    public void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    public boolean isOver(long nanoTime) {
        return nanoTime - untilNanos > 0;
    }

    /** The call has not left and will not leave on this turn. */
    public void missed() {
        missed.run();
    }
}
