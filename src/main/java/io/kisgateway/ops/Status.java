package io.kisgateway.ops;

import io.kisgateway.kis.BreakerState;
import io.kisgateway.order.OrdersState;
import io.kisgateway.routes.RouteState;
import io.kisgateway.runtime.Members;
import io.kisgateway.runtime.Version;
import io.kisgateway.throttle.EndpointStats;
import io.kisgateway.throttle.ThrottleState;
import java.util.Map;
import java.util.Objects;

/** The bodies of {@code /health} and {@code /stats}; reads memory only, so that it is never slower for load. */
final class Status {

    private final String version = Version.read();
    private final String mode;
    private final String auth;
    private final Sources sources;
    private final RequestStats requests;
    private final RealtimeView realtime;

    /** @param auth {@code none} where anybody may call, else {@code clients} */
    Status(String mode, String auth, Sources sources, RequestStats requests, RealtimeView realtime) {
        this.mode = Objects.requireNonNull(mode);
        this.auth = auth;
        this.sources = sources;
        this.requests = requests;
        this.realtime = realtime;
    }

    /** What runs here, and how it is. */
    Map<String, Object> identity() {
        return Members.of("status", status(), "version", version, "mode", mode, "auth", auth);
    }

    BreakerState breaker() {
        return sources.breaker().get();
    }

    /** Whether traffic may come. */
    boolean isReady() {
        return !sources.closing().getAsBoolean() && sources.throttle().get().available();
    }

    private String status() {
        if (!isReady()) {
            return "down";
        }
        RouteState routes = sources.routes().get();
        boolean well =
                !sources.throttle().get().degraded() && breaker().is("closed") && routes.failed().isEmpty() && routes.paused().isEmpty()
                        && sources.orders().get().writable() && sources.orders().get().unreadable() == 0;
        return well ? "ok" : "degraded";
    }

    /** The live probe's short form. */
    static Map<String, Object> live() {
        return Map.of("status", "ok");
    }

    /** The ready probe's short form. */
    Map<String, Object> ready() {
        return Map.of("status", isReady() ? "ok" : "down");
    }

    Map<String, Object> health() {
        ThrottleState limiter = sources.throttle().get();
        RouteState routes = sources.routes().get();
        return Members.of(
                "status", status(),
                "service", "kis-gateway",
                "version", version,
                "mode", mode,
                "auth", auth,
                "circuit_breaker", circuit(),
                "rate_limiter", Members.of(
                        "backend", limiter.backend(),
                        "limits", limiter.limit() + " (per endpoint)",
                        "degraded", limiter.degraded()),
                "routes", Members.of("loaded", routes.loaded(), "failed", routes.failed(), "paused", routes.paused()),
                "orders", orders(),
                "stats", requests.summary());
    }

    private Map<String, Object> orders() {
        OrdersState orders = sources.orders().get();
        return Members.of(
                "halted", orders.halted(),
                "in_doubt", orders.inDoubt().size(),
                "journal", Members.of(
                        "writable", orders.writable(),
                        "why", orders.refusedFor(),
                        "unreadable", orders.unreadable()));
    }

    Map<String, Object> stats() {
        return Members.of(
                "circuit_breaker", circuitStats(),
                "rate_limiting", limiting(),
                "requests", requests.requests(),
                "endpoints", endpoints(),
                "realtime", realtime.stats(),
                "recent_requests", requests.recentRequests());
    }

    Map<String, Object> circuitStats() {
        Map<String, Object> circuit = circuit();
        circuit.put("reset_timeout", breaker().resetTimeout().toSeconds());
        circuit.put("trips", breaker().trips());
        return circuit;
    }

    Map<String, Object> limiting() {
        ThrottleState limiter = sources.throttle().get();
        return Members.of(
                "backend", limiter.backend(),
                "limit_per_endpoint", limiter.limit(),
                "degraded", limiter.degraded(),
                "account", Map.of("pacing", limiter.accountPacing()));
    }

    /** By route id. */
    Map<String, Map<String, Object>> endpoints() {
        Map<String, Map<String, Object>> endpoints = requests.byEndpoint();
        endpoints.forEach((id, members) -> members.putAll(show(sources.endpoint().apply(id))));
        return endpoints;
    }

    private static Map<String, Object> show(EndpointStats permits) {
        return Members.of(
                "limit", permits.limits().toString(),
                "queue_length", permits.queueLength(),
                "longest_wait_ms", permits.longestWaitMillis(),
                "grants_last_minute", permits.grantsLastMinute(),
                "granted", permits.granted(),
                "refused", permits.refused(),
                "coalesced", permits.coalesced());
    }

    private Map<String, Object> circuit() {
        BreakerState breaker = breaker();
        Map<String, Object> circuit = Members.of("state", breaker.name(), "fail_counter", breaker.failCounter());
        if (!breaker.name().equals("closed")) {
            // What an operator has said to all holds everywhere; what an instance has found out holds for it alone.
            circuit.put("scope", breaker.shared() ? "all instances" : "this instance");
        }
        circuit.put("fail_max", breaker.failMax());
        return circuit;
    }
}
