package io.kisgateway.throttle;

import io.kisgateway.call.Upstream;
import java.util.List;
import java.util.stream.Collectors;

/** All that the throttle knows of one endpoint. */
final class EndpointPermits {

    private final String name;
    private final EndpointCounters counters;
    private final PermitQueue line;
    private volatile Policy policy;
    /** What its calls cost, as the last one showed; until then a guess. */
    private volatile Upstream upstream;

    /** Limits and how the headers state them. */
    record Policy(RateLimits limits, String header) {
    }

    EndpointPermits(String name, RateLimits limits, EndpointCounters counters, PermitQueue line) {
        this.name = name;
        this.counters = counters;
        this.line = line;
        limits(limits);
    }

    void limits(RateLimits limits) {
        policy = new Policy(limits, limits.all().stream()
                .map(l -> '"' + l.name() + "\";q=" + l.permits() + ";w=" + l.windowMillis() / 1000)
                .collect(Collectors.joining(", ")));
        line.forget();
    }

    Policy policy() {
        return policy;
    }

    PermitQueue line() {
        return line;
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

    /** Where the limits stand when nobody was asked since all is taken until then. */
    List<Quota> exhausted(long millis, long nowEpochMillis) {
        RateLimit limit = policy.limits().all().get(0);
        return List.of(new Quota(limit, 0, millis, (nowEpochMillis + millis + 999) / 1000));
    }

    EndpointStats stats() {
        return new EndpointStats(policy.limits(), line.length(), line.longestWait() / 1_000_000,
                counters.grantsLastMinute(), counters.grantedTotal(), counters.refusedTotal(), counters.coalescedTotal(),
                counters.decisionsTotal(), counters.decisionNanosTotal(), counters.grantsBySecond());
    }

    @Override
    public String toString() {
        return name;
    }
}
