package io.kisgateway.throttle;

import io.kisgateway.runtime.MinuteRing;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What happened at one endpoint, for operators. */
final class EndpointCounters {

    private final LongSupplier epochMillis;
    private final MinuteRing seconds = new MinuteRing();
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
        seconds.add(at / 1000);
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
        return seconds.total(epochMillis.getAsLong() / 1000);
    }

    /** Of the last 60 seconds, the present one last. */
    List<Integer> grantsBySecond() {
        return seconds.bySecond(epochMillis.getAsLong() / 1000);
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
