package io.kisgateway.throttle;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
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

    private final Throttle throttle;
    private final Supplier<Set<String>> endpoints;

    ThrottleControl(Throttle throttle, Supplier<Set<String>> endpoints) {
        this.throttle = throttle;
        this.endpoints = endpoints;
    }

    @ManagedAttribute(description = "Where limits are counted")
    public String getBackend() {
        return throttle.state().backend();
    }

    @ManagedAttribute(description = "Whether limits are kept without the Redis that should hold them")
    public boolean isDegraded() {
        return throttle.state().degraded();
    }

    @ManagedAttribute(description = "Share of the rate that KIS grants which is used at present")
    public double getAccountPacing() {
        return throttle.state().accountPacing();
    }

    @ManagedAttribute(description = "Limits by endpoint")
    public Map<String, String> getLimits() {
        return byEndpoint(this::limits);
    }

    @ManagedAttribute(description = "Calls that wait for a permit, by endpoint")
    public Map<String, Integer> getQueueLengths() {
        return byEndpoint(id -> throttle.stats(id).queueLength());
    }

    private <T> Map<String, T> byEndpoint(Function<String, T> value) {
        Map<String, T> values = new TreeMap<>();
        endpoints.get().forEach(id -> values.put(id, value.apply(id)));
        return values;
    }

    private String limits(String endpoint) {
        return throttle.stats(endpoint).limits().toString();
    }

    /** Other limits for one endpoint of this instance, until it is started again. */
    @ManagedOperation(
            description = "Other limits for one endpoint of this instance, until its restart: changeLimit(endpoint, \"5 per second\")")
    public String changeLimit(String endpoint, String limits) {
        if (!endpoints.get().contains(endpoint)) {
            throw new IllegalArgumentException("There is no endpoint " + endpoint + "; there are " + getLimits().keySet());
        }
        String before = limits(endpoint);
        throttle.changeLimit(endpoint, RateLimits.parse(limits));
        String after = limits(endpoint);
        LOG.warn("An operator changed the limit of {} from {} to {}", endpoint, before, after);
        return after;
    }
}
