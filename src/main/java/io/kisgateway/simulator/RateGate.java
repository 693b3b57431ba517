package io.kisgateway.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Admits at most n calls in any second, a rolling window; a refused call does not count against the next. */
final class RateGate {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    /** The last so many, in nanoseconds of the epoch. */
    private final Deque<Long> admitted = new ArrayDeque<>();

    RateGate(int perSecond) {
        this.perSecond = perSecond;
    }

    synchronized boolean admits(Instant now) {
        if (perSecond == 0) {
            return true;
        }
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        if (admitted.size() == perSecond) {
            if (nanos - admitted.getFirst() < SECOND) {
                return false;
            }
            admitted.removeFirst();
        }
        admitted.addLast(nanos);
        return true;
    }

    synchronized void clear() {
        admitted.clear();
    }
}
