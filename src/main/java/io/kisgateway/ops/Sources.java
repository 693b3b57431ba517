package io.kisgateway.ops;

import io.kisgateway.kis.BreakerState;
import io.kisgateway.kis.TokenState;
import io.kisgateway.order.OrdersState;
import io.kisgateway.realtime.SessionState;
import io.kisgateway.routes.RouteState;
import io.kisgateway.stream.StreamState;
import io.kisgateway.throttle.EndpointStats;
import io.kisgateway.throttle.ThrottleState;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What the other modules tell operators. Each reads memory only.
 *
 * @param endpoint one endpoint's permits, by route id
 * @param closing  whether the gateway is going down
 * @param running  calls that have begun and not ended
 */
public record Sources(Supplier<BreakerState> breaker, Supplier<ThrottleState> throttle, Function<String, EndpointStats> endpoint,
        Supplier<TokenState> token, Supplier<OrdersState> orders, Supplier<RouteState> routes, Supplier<SessionState> realtime,
        Supplier<StreamState> stream, BooleanSupplier closing, IntSupplier running) {}
