package io.kisgateway.throttle;

import java.util.concurrent.TimeUnit;

/**
 * What the limiter's last refusal says of those who come next, so that a flood costs little: nothing is free before a moment
 * that is known, so the limiter need not be asked for who will not wait so long. Safe for several threads.
 */
final class LastRefusal {

    /** For so long a refusal stands for others too. */
    private static final long STANDS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** No slot is free before that moment for one of this rank or a lower one, as far as is known until then. */
    private record Full(Outcome.Refused refusal, Rank rank, long freeNanos, long knownUntilNanos) {}

    private volatile Full full;

    /**
     * The refusal that one of this rank would get, or null if the limiter must be asked.
     *
     * @param deadlineNanos until when it waits
     */
    Outcome.Refused standsFor(Rank rank, long deadlineNanos, long now) {
        Full known = full;
        if (known == null || now >= known.knownUntilNanos || known.freeNanos <= deadlineNanos || rank.compareTo(known.rank) < 0) {
            return null;
        }
        return new Outcome.Refused(known.refusal.limited(), known.refusal.limit(), (known.freeNanos - now) / 1_000_000 + 1);
    }

    /**
     * Takes in one more; what refuses one client says nothing of others.
     *
     * @param rank       of the one refused
     * @param freeMillis from now until something is free
     */
    void learn(Outcome.Refused refusal, Rank rank, long freeMillis, long now) {
        if (refusal.limited() != Limited.CLIENT) {
            full = new Full(refusal, refusal.limited() == Limited.ENDPOINT ? Rank.ORDER : rank, now + freeMillis * 1_000_000,
                    now + STANDS_NANOS);
        }
    }

    /** Something may be free by now. */
    void forget() {
        full = null;
    }
}
