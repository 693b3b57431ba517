package io.kisgateway.throttle;

import java.util.concurrent.TimeUnit;

/**
 * What is known here of Redis's clock: between which bounds it is ahead of the monotonic clock of this machine. Every
 * reply narrows the bounds, as it was made between sending and receiving; time widens them, as clocks drift. This
 * machine's wall clock plays no part. Not safe for several threads.
 */
final class RedisClock {

    private static final long DRIFT_PER_MILLION = 200;

    private long low;
    private long high;
    private long atNanos;

    /** @param wallMillis taken for Redis's clock until it is heard of */
    RedisClock(long wallMillis, long nowNanos) {
        this.low = TimeUnit.MILLISECONDS.toNanos(wallMillis) - nowNanos;
        this.high = low;
        this.atNanos = nowNanos;
    }

    void heard(long redisMillis, long sentNanos, long receivedNanos) {
        long drift = (receivedNanos - atNanos) / 1_000_000 * DRIFT_PER_MILLION;
        // Redis tells whole milliseconds, rounded down.
        long sampleLow = TimeUnit.MILLISECONDS.toNanos(redisMillis) - receivedNanos;
        long sampleHigh = TimeUnit.MILLISECONDS.toNanos(redisMillis + 1) - sentNanos;
        low = Math.max(low - drift, sampleLow);
        high = Math.min(high + drift, sampleHigh);
        if (low > high) {
            // Redis's clock was set, or this is another Redis.
            low = sampleLow;
            high = sampleHigh;
        }
        atNanos = receivedNanos;
    }

    /** Redis's time, rather behind than ahead. */
    long millis(long nowNanos) {
        return Math.floorDiv(nowNanos + low, 1_000_000L);
    }

    /** When it is certainly {@code millis} there. */
    long notBefore(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis) - low;
    }

    /** Until when it is certainly not later than {@code millis} there. */
    long notAfter(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis) - high;
    }
}
