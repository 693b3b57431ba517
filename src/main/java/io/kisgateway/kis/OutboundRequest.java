package io.kisgateway.kis;

import io.kisgateway.call.SendSlot;

/** A request about to leave for KIS, and whether it has: what the connection tells back. */
sealed interface OutboundRequest permits KisAttempt, TokenIssuer.Ask {

    /** When it must leave; null for at any time. */
    SendSlot slot();

    /** In nanoseconds of the monotonic clock: no reply is waited for longer. */
    long deadline();

    /**
     * Asked on its connection, which may have taken seconds to make: whether somebody stops it even now. May take seconds itself.
     *
     * @throws RuntimeException the caller's answer, if so
     */
    default void requireClearance() {}

    /** The last question before the first byte: whether it still may. */
    default boolean mayLeave() {
        return true;
    }

    /** The next thing to happen is that bytes leave. */
    void sending();

    /** Whether a byte can have left. */
    boolean sent();

    /** What closes its connection when its time is over. */
    void watch(Deadline timer);

    /** The same; null before the request has begun. */
    Deadline watched();

    /** What a failure of this request is: whether it goes again is decided here. */
    KisFailure failure(KisOutcome.Failure outcome, Throwable cause);
}
