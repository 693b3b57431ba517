package io.kisgateway.throttle;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What happened at one endpoint, for operators. */
final class EndpointCounters {

    private static final int SECONDS = 60;

    private final LongSupplier epochMillis;
    /** For each second of the last minute its number and its count, packed: high and low half. */
    private final AtomicLongArray seconds = new AtomicLongArray(SECONDS);
    private final LongAdder granted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder coalesced = new LongAdder();
    private final LongAdder decisions = new LongAdder();
    private final LongAdder decisionNanos = new LongAdder();

    /** @param epochMillis the limiter's clock, so that a second here is a second of the limits */
    EndpointCounters(LongSupplier epochMillis) {
        this.epochMillis = epochMillis;
    }

    /** @param at the moment for which the permit was given, by the limiter's clock */
    void granted(long at) {
        granted.increment();
        long second = at / 1000 & 0xffffffffL;
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
        return grantsBySecond().stream().mapToInt(Integer::intValue).sum();
    }

    /** Of the last 60 seconds, the present one last. */
    List<Integer> grantsBySecond() {
        long now = epochMillis.getAsLong() / 1000 & 0xffffffffL;
        Integer[] grants = new Integer[SECONDS];
        for (int ago = 0; ago < SECONDS; ago++) {
            long second = now - ago;
            long packed = seconds.get((int) Math.floorMod(second, (long) SECONDS));
            grants[SECONDS - 1 - ago] = packed >>> 32 == second ? (int) (packed & 0xffffffffL) : 0;
        }
        return List.of(grants);
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

    long decisionsTotal() {
        return decisions.sum();
    }

    /** Of all decisions together. */
    long decisionNanosTotal() {
        return decisionNanos.sum();
    }
}
