package io.kisgateway.ops;

import io.kisgateway.kis.BreakerState;
import io.kisgateway.order.OrdersState;
import io.kisgateway.routes.RouteState;
import io.kisgateway.runtime.Version;
import io.kisgateway.throttle.EndpointStats;
import io.kisgateway.throttle.ThrottleState;
import java.util.LinkedHashMap;
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
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("status", status());
        identity.put("version", version);
        identity.put("mode", mode);
        identity.put("auth", auth);
        return identity;
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
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", status());
        health.put("service", "kis-gateway");
        health.put("version", version);
        health.put("mode", mode);
        health.put("auth", auth);
        health.put("circuit_breaker", circuit());
        ThrottleState limiter = sources.throttle().get();
        Map<String, Object> rateLimiter = new LinkedHashMap<>();
        rateLimiter.put("backend", limiter.backend());
        rateLimiter.put("limits", limiter.limit() + " (per endpoint)");
        rateLimiter.put("degraded", limiter.degraded());
        health.put("rate_limiter", rateLimiter);
        RouteState routes = sources.routes().get();
        Map<String, Object> loadedRoutes = new LinkedHashMap<>();
        loadedRoutes.put("loaded", routes.loaded());
        loadedRoutes.put("failed", routes.failed());
        loadedRoutes.put("paused", routes.paused());
        health.put("routes", loadedRoutes);
        health.put("orders", orders());
        health.put("stats", requests.summary());
        return health;
    }

    private Map<String, Object> orders() {
        OrdersState orders = sources.orders().get();
        Map<String, Object> journal = new LinkedHashMap<>();
        journal.put("writable", orders.writable());
        journal.put("why", orders.refusedFor());
        journal.put("unreadable", orders.unreadable());
        return Map.of("halted", orders.halted(), "in_doubt", orders.inDoubt().size(), "journal", journal);
    }

    Map<String, Object> stats() {
        Map<String, Object> circuit = circuit();
        circuit.put("reset_timeout", breaker().resetTimeout().toSeconds());
        circuit.put("trips", breaker().trips());
        ThrottleState limiter = sources.throttle().get();
        Map<String, Object> limiting = new LinkedHashMap<>();
        limiting.put("backend", limiter.backend());
        limiting.put("limit_per_endpoint", limiter.limit());
        limiting.put("degraded", limiter.degraded());
        limiting.put("account", Map.of("pacing", limiter.accountPacing(), "ledger_pacing", limiter.ledgerPacing()));
        Map<String, Map<String, Object>> endpoints = requests.byEndpoint();
        endpoints.forEach((id, members) -> members.putAll(show(sources.endpoint().apply(id))));
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("circuit_breaker", circuit);
        stats.put("rate_limiting", limiting);
        stats.put("requests", requests.requests());
        stats.put("endpoints", endpoints);
        stats.put("realtime", realtime.stats());
        stats.put("recent_requests", requests.recentRequests());
        return stats;
    }

    private static Map<String, Object> show(EndpointStats permits) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("limit", permits.limits().toString());
        members.put("queue_length", permits.queueLength());
        members.put("longest_wait_ms", permits.longestWaitMillis());
        members.put("grants_last_minute", permits.grantsLastMinute());
        members.put("granted", permits.granted());
        members.put("refused", permits.refused());
        members.put("coalesced", permits.coalesced());
        return members;
    }

    private Map<String, Object> circuit() {
        Map<String, Object> circuit = new LinkedHashMap<>();
        BreakerState breaker = breaker();
        circuit.put("state", breaker.name());
        circuit.put("fail_counter", breaker.failCounter());
        if (!breaker.name().equals("closed")) {
            // What an operator says holds everywhere; what an instance has found out holds for it alone.
            circuit.put("scope", breaker.name().equals("forced-open") ? "all instances" : "this instance");
        }
        circuit.put("fail_max", breaker.failMax());
        return circuit;
    }
}
