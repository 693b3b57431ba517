package io.kisgateway.throttle;

import java.util.concurrent.CompletionStage;

/**
 * Decides who may call KIS, and when. Asked once; the answer stands: a slot is reserved, and it is the asker's to use
 * within its time or to give back. Safe for many threads; answers may come on any thread and must not be held up there.
 */
public interface Limiter extends AutoCloseable {

    /** Never fails but with a {@link io.kisgateway.call.Problem}, when there is no limiter to ask. */
    CompletionStage<Decision> ask(Ask ask);

    /** The slot will not be used. Giving one back twice, or late, does no harm. */
    void giveBack(Slot slot);

    /** KIS said "too many": pace the account more slowly for a while, on all instances. */
    void slowDown();

    /** The limiter's clock, milliseconds since the epoch. */
    long epochMillis();

    /** Whether a slot is still good when its moment has come; if not, it is confirmed by asking again. */
    boolean stands(Slot slot);

    /** Is called whenever slots no longer stand, as what they stood in is given up; outside locks, must be quick. */
    default void onReturn(Runnable told) {}

    /** From now on what it stands on is looked at while nobody calls, too. */
    default void watch() {}

    /** How the limiter is doing, for operators. */
    LimiterState state();

    @Override
    void close();
}
