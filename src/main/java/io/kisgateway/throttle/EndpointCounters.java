package io.kisgateway.throttle;

import io.kisgateway.runtime.MinuteRing;
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

    /** @param queue of the endpoint */
    EndpointStats stats(RateLimits limits, PermitQueue queue) {
        long second = epochMillis.getAsLong() / 1000;
        return new EndpointStats(limits, queue.length(), queue.longestWait() / 1_000_000, seconds.total(second), granted.sum(),
                refused.sum(), coalesced.sum(), decisions.sum(), decisionNanos.sum(), seconds.bySecond(second));
    }
}
