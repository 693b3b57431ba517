package io.kisgateway.ops;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The throttle as an MBean. */
@ManagedResource(description = "Limits and queues of the endpoints")
public final class ThrottleControl {

    private static final Logger LOG = LoggerFactory.getLogger(ThrottleControl.class);

    private final LimiterView limiter;
    private final Supplier<Collection<String>> endpoints;
    private final BiConsumer<String, String> changeLimit;

    /** @param changeLimit takes an endpoint and its new limits as text; throws IllegalArgumentException if those are no limits */
    public ThrottleControl(LimiterView limiter, Supplier<Collection<String>> endpoints, BiConsumer<String, String> changeLimit) {
        this.limiter = limiter;
        this.endpoints = endpoints;
        this.changeLimit = changeLimit;
    }

    @ManagedAttribute(description = "Where limits are counted")
    public String getBackend() {
        return limiter.backend();
    }

    @ManagedAttribute(description = "Whether limits are kept without the Redis that should hold them")
    public boolean isDegraded() {
        return limiter.degraded();
    }

    @ManagedAttribute(description = "Share of the rate that KIS grants which is used at present")
    public double getAccountPacing() {
        return limiter.accountPacing();
    }

    @ManagedAttribute(description = "Limits by endpoint")
    public Map<String, String> getLimits() {
        Map<String, String> limits = new TreeMap<>();
        endpoints.get().forEach(id -> limits.put(id, limiter.endpoint(id).limits()));
        return limits;
    }

    @ManagedAttribute(description = "Calls that wait for a permit, by endpoint")
    public Map<String, Integer> getQueueLengths() {
        Map<String, Integer> lengths = new TreeMap<>();
        endpoints.get().forEach(id -> lengths.put(id, limiter.endpoint(id).queueLength()));
        return lengths;
    }

    /** Other limits for one endpoint of this instance, until it is started again. */
    @ManagedOperation(description = "Other limits for one endpoint of this instance, until its restart: changeLimit(endpoint, \"5 per second\")")
    public String changeLimit(String endpoint, String limits) {
        if (!endpoints.get().contains(endpoint)) {
            throw new IllegalArgumentException("There is no endpoint " + endpoint + "; there are " + new TreeMap<>(getLimits()).keySet());
        }
        String before = limiter.endpoint(endpoint).limits();
        changeLimit.accept(endpoint, limits);
        String after = limiter.endpoint(endpoint).limits();
        LOG.warn("An operator changed the limit of {} from {} to {}", endpoint, before, after);
        return after;
    }
}
