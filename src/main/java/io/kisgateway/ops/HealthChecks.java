package io.kisgateway.ops;

import io.kisgateway.kis.BreakerState;
import io.kisgateway.kis.TokenState;
import io.kisgateway.order.OrdersState;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** What the gateway needs, for Camel's own tooling and Hawtio. Whether traffic may come is {@link Status}'s to say. */
final class HealthChecks {

    private HealthChecks() {}

    static void register(CamelContext camelContext, Sources sources, RealtimeView realtime) {
        HealthCheckRegistry registry = HealthCheckRegistry.get(camelContext);
        registry.register(new Check("kis", () -> {
            BreakerState breaker = sources.breaker().get();
            return breaker.is("open") || breaker.is("forced-open") ? Optional.of("the circuit breaker is " + breaker.name() + ": "
                    + breaker.lastReason()) : Optional.empty();
        }));
        registry.register(new Check("redis", () -> sources.throttle().get().degraded()
                ? Optional.of(sources.throttle().get().backend() + " does not answer") : Optional.empty()));
        registry.register(new Check("token", () -> {
            TokenState token = sources.token().get();
            return token.refused() ? Optional.of("KIS does not take the access token")
                    : token.issuedAt() == null && token.failures() > 0 ? Optional.of("KIS gave no access token") : Optional.empty();
        }));
        registry.register(new Check("realtime", realtime::trouble));
        registry.register(new Check("journal", () -> {
            OrdersState orders = sources.orders().get();
            return orders.writable() ? Optional.empty() : Optional.of("orders cannot be written down: " + orders.refusedFor());
        }));
    }

    /** Down with a reason, or up. */
    private static final class Check extends AbstractHealthCheck {

        private final Supplier<Optional<String>> trouble;

        Check(String id, Supplier<Optional<String>> trouble) {
            super("kis-gateway", id);
            this.trouble = trouble;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            trouble.get().ifPresentOrElse(why -> builder.message(why).down(), builder::up);
        }
    }
}
