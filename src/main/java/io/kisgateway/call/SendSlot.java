package io.kisgateway.call;

import java.util.function.LongSupplier;
import org.apache.camel.Exchange;

/**
 * Leave for one call to KIS to go, for a short time only: calls that left at any later moment would not keep the distance
 * that their permits have. Carried by the exchange of one attempt, used by one thread at a time.
 */
public interface SendSlot {

    /** Of one slot; a machine so slow that it needs more must still get its calls through. */
    int MOST_RENEWALS = 5;

    /** The slot that this exchange carries, or null if it may go at any time. */
    static SendSlot of(Exchange exchange) {
        return exchange.getProperty(SendSlot.class.getName(), SendSlot.class);
    }

    default void attachTo(Exchange exchange) {
        exchange.setProperty(SendSlot.class.getName(), this);
    }

    /** @param nanoTime of the monotonic clock */
    boolean isOver(long nanoTime);

    /**
     * Exchanges a slot that is over for the next one. Blocks for as long as the decision takes, 100 ms in general.
     *
     * @return whether it begins at once; if not, the call waits for it in its next attempt, see {@link #missed}
     * @throws Problem if there is none within the caller's patience
     */
    boolean renew();

    /**
     * The last look at the clock before the call leaves. A slot that is over is exchanged here, where the way is shortest:
     * with a new connection it always is over, since to connect takes longer than a slot lasts.
     *
     * @param nanoTime the monotonic clock
     * @return whether the call may leave; if not, it must wait for a later slot
     * @throws Problem as {@link #renew}
     */
    default boolean begins(LongSupplier nanoTime) {
        for (int renewals = 0; renewals < MOST_RENEWALS && isOver(nanoTime.getAsLong()); renewals++) {
            if (!renew()) {
                return false;
            }
        }
        return true;
    }

    /** The call will not leave at all; its permit is of use to others. */
    default void unused() {
        // unless somebody counts permits
    }

    /** The call has not left in this attempt; the next one waits for the slot that it has by now. */
    void missed();
}
