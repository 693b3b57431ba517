package io.kisgateway.ops;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** All that the console shows, in one object; reads memory only. */
public final class ConsoleData {

    private static final int RECENT = 20;

    private final Status status;
    private final BreakerView breaker;
    private final BreakerHistory history;
    private final LimiterView limiter;
    private final RequestStats requests;
    private final CallRecorder calls;
    private final KisWatch kis;
    private final Supplier<TokenView> token;
    private final OrdersView orders;
    private final Supplier<Integer> running;
    private final Diagnosis diagnosis;
    private final InstantSource clock;
    private final Instant startedAt;

    /** @param running calls that have begun and not ended */
    public ConsoleData(Status status, BreakerView breaker, BreakerHistory history, LimiterView limiter, RequestStats requests,
            CallRecorder calls, KisWatch kis, Supplier<TokenView> token, OrdersView orders, Supplier<Integer> running,
            InstantSource clock) {
        this.status = status;
        this.breaker = breaker;
        this.history = history;
        this.limiter = limiter;
        this.requests = requests;
        this.calls = calls;
        this.kis = kis;
        this.token = token;
        this.orders = orders;
        this.running = running;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.diagnosis = new Diagnosis(status::isClosing, breaker, limiter, requests, calls, kis, token, orders, clock);
    }

    public Map<String, Object> show() {
        Instant now = clock.instant();
        Map<String, Object> stats = status.stats();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("now", now.toString());
        data.put("uptime_s", Duration.between(startedAt, now).toSeconds());
        data.putAll(status.identity());
        data.put("findings", diagnosis.findings());
        data.put("breaker", breaker(stats));
        data.put("limiter", limiter(stats));
        data.put("endpoints", endpoints(stats));
        data.put("kis", kis.show());
        data.put("token", token(now));
        data.put("orders", orders(now));
        data.put("gateway", gateway());
        data.put("requests", stats.get("requests"));
        data.put("callers", calls.callers().show());
        data.put("recent_requests", requests.recentRequestsWithCallers(RECENT));
        return data;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> breaker(Map<String, Object> stats) {
        Map<String, Object> shown = new LinkedHashMap<>((Map<String, Object>) stats.get("circuit_breaker"));
        shown.put("half_open_in_ms", breaker.state().equals("open") ? breaker.refusesFor().map(Duration::toMillis).orElse(0L) : null);
        shown.put("changes", history.last().stream().map(change -> Map.of("at", change.at().toString(), "state", change.state(),
                "reason", change.reason())).toList());
        return shown;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> limiter(Map<String, Object> stats) {
        Map<String, Object> shown = new LinkedHashMap<>((Map<String, Object>) stats.get("rate_limiting"));
        shown.put("shared", limiter.shared());
        return shown;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> endpoints(Map<String, Object> stats) {
        Map<String, Object> shown = new TreeMap<>();
        ((Map<String, Map<String, Object>>) stats.get("endpoints")).forEach((id, members) -> {
            Map<String, Object> endpoint = new LinkedHashMap<>(members);
            PermitView permits = limiter.endpoint(id);
            endpoint.put("windows", permits.windows());
            endpoint.put("grants_by_second", permits.grantsBySecond());
            endpoint.put("decisions", permits.decisions());
            endpoint.put("decision_nanos", permits.decisionNanos());
            endpoint.put("refused_last_minute", requests.lastMinute(id, "rate_limited"));
            endpoint.put("failed_last_minute", requests.lastMinute(id, "failed"));
            endpoint.put("served_last_minute", requests.lastMinute(id, "success"));
            long[] waits = requests.queueMillis(id);
            endpoint.put("wait_p50_ms", waits[0]);
            endpoint.put("wait_p99_ms", waits[1]);
            shown.put(id, endpoint);
        });
        return shown;
    }

    private Map<String, Object> token(Instant now) {
        TokenView held = token.get();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("held", held.issuedAt() != null);
        shown.put("age_s", held.issuedAt() == null ? null : Duration.between(held.issuedAt(), now).toSeconds());
        shown.put("remaining_s", held.expiresAt() == null ? null : Duration.between(now, held.expiresAt()).toSeconds());
        shown.put("refused", held.refused());
        shown.put("issues", held.issues());
        shown.put("failures", held.failures());
        shown.put("refusals", held.refusals());
        return shown;
    }

    private Map<String, Object> orders(Instant now) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("by_state", orders.byState());
        shown.put("unresolved_count", orders.unresolvedCount());
        List<Map<String, Object>> unresolved = orders.unresolved().stream().map(order -> {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("id", order.id());
            members.put("age_s", Duration.between(order.since(), now).toSeconds());
            members.put("side", order.side());
            members.put("stock_code", order.stockCode());
            members.put("why", order.why());
            return members;
        }).toList();
        shown.put("unresolved", unresolved);
        shown.put("halted", orders.halted().orElse(null));
        return shown;
    }

    private Map<String, Object> gateway() {
        Runtime runtime = Runtime.getRuntime();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("running", running.get());
        shown.put("heap_used_mb", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
        shown.put("heap_max_mb", runtime.maxMemory() >> 20);
        shown.put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        shown.put("processors", runtime.availableProcessors());
        shown.put("log_lines_dropped", Logs.dropped());
        return shown;
    }
}
