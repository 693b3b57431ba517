package io.kisgateway.throttle;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What happened at one endpoint, for operators. */
final class EndpointCounters {

    private static final int SECONDS = 60;

    private final LongSupplier nanoTime;
    /** For each second of the last minute its number and its count, packed: high and low half. */
    private final AtomicLongArray seconds = new AtomicLongArray(SECONDS);
    private final LongAdder granted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder coalesced = new LongAdder();
    private final LongAdder decisions = new LongAdder();
    private final LongAdder decisionNanos = new LongAdder();

    EndpointCounters(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void granted() {
        granted.increment();
        long second = second();
        int i = (int) Math.floorMod(second, (long) SECONDS);
        seconds.accumulateAndGet(i, second, (was, now) -> ((was >>> 32) == (now & 0xffffffffL) ? was : now << 32) + 1);
    }

    void refused() {
        refused.increment();
    }

    void coalesced() {
        coalesced.increment();
    }

    void decided(long nanos) {
        decisions.increment();
        decisionNanos.add(nanos);
    }

    int grantsLastMinute() {
        long now = second();
        long sum = 0;
        for (int i = 0; i < SECONDS; i++) {
            long packed = seconds.get(i);
            if (((now - (packed >>> 32)) & 0xffffffffL) < SECONDS) {
                sum += packed & 0xffffffffL;
            }
        }
        return (int) sum;
    }

    long grantedTotal() {
        return granted.sum();
    }

    long refusedTotal() {
        return refused.sum();
    }

    long coalescedTotal() {
        return coalesced.sum();
    }

    /** Mean of all, nanoseconds. */
    long decisionNanos() {
        long n = decisions.sum();
        return n == 0 ? 0 : decisionNanos.sum() / n;
    }

    private long second() {
        return nanoTime.getAsLong() / 1_000_000_000L & 0xffffffffL;
    }
}
