package io.kisgateway.call;

import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/**
 * An order that one request may send: its key is claimed, halt and guard have been asked. Carried by its call; without
 * it nothing that orders is sent. All stages fail with the caller's answer.
 */
public interface ClaimedOrder {

    /** What follows after KIS has refused. */
    enum Next {
        /** The order now means another one at KIS, of which nothing has been sent yet. */
        SEND_AGAIN,
        /** The refusal says what the caller wants to know: there is nothing left to do. */
        NOTHING_LEFT
    }

    /** The throttle, which comes after the claim, lets it go. */
    void permitted();

    /** The step that sends it begins. @throws IllegalStateException if it may not be sent, or another step has begun: nothing goes out */
    void begin();

    /** Whether a step has begun to send it. */
    boolean begun();

    /**
     * Puts into the exchange what its operation is sent.
     *
     * @param listed see {@link OutgoingOrder#listed}
     */
    CompletionStage<Void> prepare(Exchange exchange, boolean listed);

    /** Writes down that it leaves; once that is done it may be sent, once. */
    CompletionStage<Void> send(OutgoingOrder order);

    /** The last look before the first byte: whether the time that is written down for it to leave is not over. */
    boolean mayLeave();

    /**
     * KIS took it. Puts into the exchange what callers are told of that; fails if KIS had confirmed the number for another
     * order, so that nobody knows which one it has.
     */
    CompletionStage<Void> taken(Exchange exchange, OrderReceipt receipt);

    /** KIS refused it, so that it certainly does not exist. */
    CompletionStage<Next> refused(Exchange exchange, Problem refusal);

    /**
     * What the caller is told while nobody knows whether KIS took it.
     *
     * @param why one clause
     */
    String inDoubt(String why);
}
