package io.kisgateway.ops;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** The latest 1,024 latencies, so that percentiles tell of now and not of the whole day. */
final class LatencyWindow {

    private static final int SIZE = 1024;

    private final AtomicLongArray nanos = new AtomicLongArray(SIZE);
    private final AtomicLongArray at = new AtomicLongArray(SIZE);
    private final AtomicLong count = new AtomicLong();

    void add(long value) {
        add(value, 0);
    }

    /** @param moment when it was measured, by a clock of the caller's */
    void add(long value, long moment) {
        int i = (int) (count.getAndIncrement() % SIZE);
        nanos.set(i, value);
        at.set(i, moment);
    }

    /** The latencies at the given percentiles, nanoseconds; zeros as long as there is none. */
    long[] percentiles(double... wanted) {
        return since(Long.MIN_VALUE, wanted);
    }

    /** The same of those measured at a moment or later. */
    long[] since(long moment, double... wanted) {
        int size = (int) Math.min(SIZE, count.get());
        long[] sorted = new long[size];
        int found = 0;
        for (int i = 0; i < size; i++) {
            if (at.get(i) >= moment) {
                sorted[found++] = nanos.get(i);
            }
        }
        Arrays.sort(sorted, 0, found);
        long[] latencies = new long[wanted.length];
        for (int i = 0; i < wanted.length && found > 0; i++) {
            latencies[i] = sorted[Math.max(0, Math.min(found - 1, (int) Math.ceil(wanted[i] / 100 * found) - 1))];
        }
        return latencies;
    }
}
