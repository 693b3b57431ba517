package io.kisgateway.ops;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** The latest 1,024 latencies of an endpoint, so that percentiles tell of now and not of the whole day. */
final class LatencyWindow {

    private static final int SIZE = 1024;

    private final AtomicLongArray nanos = new AtomicLongArray(SIZE);
    private final AtomicLong count = new AtomicLong();

    void add(long value) {
        nanos.set((int) (count.getAndIncrement() % SIZE), value);
    }

    /** The latencies at the given percentiles, nanoseconds; zeros as long as there is none. */
    long[] percentiles(double... wanted) {
        int size = (int) Math.min(SIZE, count.get());
        long[] sorted = new long[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = nanos.get(i);
        }
        Arrays.sort(sorted);
        long[] found = new long[wanted.length];
        for (int i = 0; i < wanted.length && size > 0; i++) {
            found[i] = sorted[Math.min(size - 1, (int) Math.ceil(wanted[i] / 100 * size) - 1)];
        }
        return found;
    }
}
