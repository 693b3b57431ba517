package io.kisgateway.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.apache.camel.Exchange;
import org.apache.camel.NonManagedService;
import org.apache.camel.Route;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyNamingStrategy;
import org.apache.camel.support.RoutePolicySupport;

/** How long exchanges are in a route, under Camel's own name. Camel's own policy formats a text twice for each exchange. */
final class RouteTime extends RoutePolicySupport implements NonManagedService {

    private static final String SAMPLE = "kisGatewayRouteTime";
    private static final MicrometerRoutePolicyNamingStrategy NAMES = MicrometerRoutePolicyNamingStrategy.DEFAULT;

    private final MeterRegistry registry;
    private volatile Timer timer;

    RouteTime(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        exchange.setProperty(SAMPLE, Timer.start(registry));
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Timer known = timer;
        if (known == null) {
            known = Timer.builder(NAMES.getName(route)).tags(NAMES.getTags(route)).description("Route performance metrics")
                    .register(registry);
            timer = known;
        }
        if (exchange.removeProperty(SAMPLE) instanceof Timer.Sample sample) {
            sample.stop(known);
        }
    }

    @Override
    public void onRemove(Route route) {
        if (timer != null) {
            registry.remove(timer);
        }
    }
}
