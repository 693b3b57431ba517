package io.kisgateway.throttle;

import java.util.stream.Collectors;

/** All that the throttle knows of one endpoint. */
final class EndpointPermits {

    private final String name;
    private final EndpointCounters counters;
    private final PermitQueue queue;
    private volatile Policy policy;

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

    EndpointStats stats() {
        return counters.stats(policy.limits(), queue);
    }

    @Override
    public String toString() {
        return name;
    }
}
