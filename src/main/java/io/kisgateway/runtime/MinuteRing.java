package io.kisgateway.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** How many events there were in each of the last 60 seconds. Seconds are those of the epoch. */
public final class MinuteRing {

    public static final int SECONDS = 60;

    private static final long HALF = 0xffffffffL;

    /** For each second its number and its count, packed: high and low half. */
    private final AtomicLongArray seconds = new AtomicLongArray(SECONDS);

    public void add(long second) {
        seconds.accumulateAndGet((int) (second % SECONDS), second & HALF, (was, now) -> (was >>> 32 == now ? was : now << 32) + 1);
    }

    /** In the 60 seconds that end with this one. */
    public int total(long second) {
        return bySecond(second).stream().mapToInt(Integer::intValue).sum();
    }

    /** Of the 60 seconds that end with this one, it last. */
    public List<Integer> bySecond(long second) {
        List<Integer> counts = new ArrayList<>(SECONDS);
        for (long each = second - SECONDS + 1; each <= second; each++) {
            long packed = seconds.get((int) (each % SECONDS));
            counts.add(packed >>> 32 == (each & HALF) ? (int) (packed & HALF) : 0);
        }
        return counts;
    }
}
