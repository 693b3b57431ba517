package io.kisgateway.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/** How long exchanges are in one route. Camel's own policy of that kind formats three texts for each of them. */
final class RouteTimes extends RoutePolicySupport {

    private final MeterRegistry registry;
    private final LongSupplier nanoTime;
    private final String began;
    private final Timer timer;

    private RouteTimes(MeterRegistry registry, LongSupplier nanoTime, String routeId) {
        this.registry = registry;
        this.nanoTime = nanoTime;
        this.began = "kisGatewayBegan-" + routeId;
        this.timer = Timer.builder("camel.route.policy").description("Time in a route of Camel").tag("routeId", routeId).register(registry);
    }

    /** For all routes, {@code camel_route_policy_seconds} by {@code routeId}. */
    static RoutePolicyFactory in(MeterRegistry registry, LongSupplier nanoTime) {
        return (context, routeId, definition) -> new RouteTimes(registry, nanoTime, routeId);
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        exchange.setProperty(began, nanoTime.getAsLong());
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        if (exchange.removeProperty(began) instanceof Long since) {
            timer.record(nanoTime.getAsLong() - since, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void onRemove(Route route) {
        registry.remove(timer);
    }
}
