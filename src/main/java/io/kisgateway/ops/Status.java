package io.kisgateway.ops;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** The bodies of {@code /health} and {@code /stats}; reads memory only, so that it is never slower for load. */
public final class Status {

    private final String version;
    private final String mode;
    private final BooleanSupplier ready;
    private final BreakerView breaker;
    private final LimiterView limiter;
    private final RequestStats requests;
    private final RoutesView routes;

    /** @param ready whether the routes run and the gateway is not going down */
    public Status(String version, String mode, BooleanSupplier ready, BreakerView breaker, LimiterView limiter,
            RequestStats requests, RoutesView routes) {
        this.version = Objects.requireNonNull(version);
        this.mode = Objects.requireNonNull(mode);
        this.ready = ready;
        this.breaker = breaker;
        this.limiter = limiter;
        this.requests = requests;
        this.routes = routes;
    }

    /** What runs here, and how it is. */
    Map<String, Object> identity() {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("status", status());
        identity.put("version", version);
        identity.put("mode", mode);
        return identity;
    }

    boolean isClosing() {
        return !ready.getAsBoolean();
    }

    /** Whether traffic may come. */
    public boolean isReady() {
        return ready.getAsBoolean() && limiter.available();
    }

    private String status() {
        if (!isReady()) {
            return "down";
        }
        boolean well = !limiter.degraded() && breaker.state().equals("closed") && routes.failed().isEmpty();
        return well ? "ok" : "degraded";
    }

    /** The live probe's short form. */
    public static Map<String, Object> live() {
        return Map.of("status", "ok");
    }

    /** The ready probe's short form. */
    public Map<String, Object> ready() {
        return Map.of("status", isReady() ? "ok" : "down");
    }

    public Map<String, Object> health() {
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", status());
        health.put("service", "kis-gateway");
        health.put("version", version);
        health.put("mode", mode);
        health.put("circuit_breaker", circuit());
        Map<String, Object> rateLimiter = new LinkedHashMap<>();
        rateLimiter.put("backend", limiter.backend());
        rateLimiter.put("limits", limiter.limit() + " (per endpoint)");
        rateLimiter.put("degraded", limiter.degraded());
        health.put("rate_limiter", rateLimiter);
        Map<String, Object> loadedRoutes = new LinkedHashMap<>();
        loadedRoutes.put("loaded", routes.loaded());
        loadedRoutes.put("failed", routes.failed());
        health.put("routes", loadedRoutes);
        health.put("stats", requests.summary());
        return health;
    }

    public Map<String, Object> stats() {
        Map<String, Object> circuit = circuit();
        circuit.put("reset_timeout", breaker.resetTimeoutSeconds());
        circuit.put("trips", breaker.trips());
        Map<String, Object> limiting = new LinkedHashMap<>();
        limiting.put("backend", limiter.backend());
        limiting.put("limit_per_endpoint", limiter.limit());
        limiting.put("degraded", limiter.degraded());
        limiting.put("account", Map.of("pacing", limiter.accountPacing(), "ledger_pacing", limiter.ledgerPacing()));
        Map<String, Map<String, Object>> endpoints = requests.byEndpoint();
        endpoints.forEach((id, members) -> members.putAll(show(limiter.endpoint(id))));
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("circuit_breaker", circuit);
        stats.put("rate_limiting", limiting);
        stats.put("requests", requests.requests());
        stats.put("endpoints", endpoints);
        stats.put("recent_requests", requests.recentRequests());
        return stats;
    }

    private static Map<String, Object> show(PermitView permits) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("limit", permits.limits());
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
        circuit.put("state", breaker.state());
        circuit.put("fail_counter", breaker.failCounter());
        circuit.put("fail_max", breaker.failMax());
        return circuit;
    }
}
