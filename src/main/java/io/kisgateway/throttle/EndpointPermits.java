package io.kisgateway.throttle;

import io.kisgateway.call.Upstream;
import java.util.stream.Collectors;

/** All that the throttle knows of one endpoint. */
final class EndpointPermits {

    private final String name;
    private final EndpointCounters counters;
    private final PermitQueue queue;
    private volatile Policy policy;
    /** What its calls cost, as the last one showed; until then a guess. */
    private volatile Upstream upstream;

    /** Limits and how the headers state them. */
    record Policy(RateLimits limits, String header) {}

    EndpointPermits(String name, RateLimits limits, EndpointCounters counters, PermitQueue queue) {
        this.name = name;
        this.counters = counters;
        this.queue = queue;
        limits(limits);
    }

    void limits(RateLimits limits) {
        policy = new Policy(limits, limits.all().stream()
                .map(l -> '"' + l.name() + "\";q=" + l.permits() + ";w=" + l.windowMillis() / 1000)
                .collect(Collectors.joining(", ")));
        queue.forget();
    }

    Policy policy() {
        return policy;
    }

    PermitQueue queue() {
        return queue;
    }

    EndpointCounters counters() {
        return counters;
    }

    /** @param mutating whether the call at hand is an order, which settles it */
    Upstream upstream(boolean mutating) {
        if (mutating) {
            return new Upstream(Upstream.Urgency.ORDER, true);
        }
        Upstream known = upstream;
        return known == null ? new Upstream(Upstream.Urgency.QUERY, false) : known;
    }

    void upstream(Upstream seen) {
        if (!seen.equals(upstream)) {
            upstream = seen;
        }
    }

    EndpointStats stats() {
        return new EndpointStats(policy.limits(), queue.length(), queue.longestWait() / 1_000_000,
                counters.grantsLastMinute(), counters.grantedTotal(), counters.refusedTotal(), counters.coalescedTotal(),
                counters.decisionsTotal(), counters.decisionNanosTotal(), counters.grantsBySecond());
    }

    @Override
    public String toString() {
        return name;
    }
}
