package io.kisgateway.simulator;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Admits at most n calls in any second, a rolling window; a refused call does not count against the next. */
final class RateGate {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long[] admitted;
    private int oldest;
    private int size;

    RateGate(int perSecond) {
        this.admitted = new long[perSecond];
    }

    synchronized boolean admits(Instant now) {
        if (admitted.length == 0) {
            return true;
        }
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        if (size < admitted.length) {
            admitted[(oldest + size++) % admitted.length] = nanos;
            return true;
        }
        if (nanos - admitted[oldest] < SECOND) {
            return false;
        }
        admitted[oldest] = nanos;
        oldest = (oldest + 1) % admitted.length;
        return true;
    }

    synchronized void clear() {
        oldest = 0;
        size = 0;
    }
}
