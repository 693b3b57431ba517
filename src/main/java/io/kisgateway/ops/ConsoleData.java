package io.kisgateway.ops;

import io.kisgateway.kis.BreakerState;
import io.kisgateway.kis.TokenState;
import io.kisgateway.order.InDoubt;
import io.kisgateway.order.OrdersState;
import io.kisgateway.throttle.EndpointStats;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that the console shows, in one object; reads memory only. */
final class ConsoleData {

    private static final int RECENT = 20;
    private static final int MOST_ORDERS = 100;

    private final Status status;
    private final Sources sources;
    private final BreakerHistory history;
    private final RequestStats requests;
    private final CallRecorder calls;
    private final KisWatch kis;
    private final SentOrders sent;
    private final RealtimeView realtime;
    private final Diagnosis diagnosis;
    private final InstantSource clock;
    private final Instant startedAt;

    ConsoleData(Status status, Sources sources, BreakerHistory history, RequestStats requests, CallRecorder calls, KisWatch kis,
            SentOrders sent, RealtimeView realtime, Diagnosis diagnosis, InstantSource clock) {
        this.status = status;
        this.sources = sources;
        this.history = history;
        this.requests = requests;
        this.calls = calls;
        this.kis = kis;
        this.sent = sent;
        this.realtime = realtime;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.diagnosis = diagnosis;
    }

    Map<String, Object> show() {
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
        data.put("realtime", realtime.show());
        data.put("gateway", gateway());
        data.put("requests", stats.get("requests"));
        data.put("callers", calls.callers().show());
        data.put("recent_requests", requests.recentRequestsWithCallers(RECENT));
        return data;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> breaker(Map<String, Object> stats) {
        Map<String, Object> shown = new LinkedHashMap<>((Map<String, Object>) stats.get("circuit_breaker"));
        BreakerState breaker = sources.breaker().get();
        shown.put("half_open_in_ms", breaker.is("open") ? breaker.refusesFor().map(Duration::toMillis).orElse(0L) : null);
        shown.put("changes", history.last().stream().map(change -> Map.of("at", change.at().toString(), "state", change.state(),
                "reason", change.reason())).toList());
        return shown;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> limiter(Map<String, Object> stats) {
        Map<String, Object> shown = new LinkedHashMap<>((Map<String, Object>) stats.get("rate_limiting"));
        shown.put("shared", sources.throttle().get().shared());
        return shown;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> endpoints(Map<String, Object> stats) {
        Map<String, Object> shown = new TreeMap<>();
        ((Map<String, Map<String, Object>>) stats.get("endpoints")).forEach((id, members) -> {
            Map<String, Object> endpoint = new LinkedHashMap<>(members);
            EndpointStats permits = sources.endpoint().apply(id);
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
        TokenState held = sources.token().get();
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
        shown.put("by_state", sent.byState());
        OrdersState orders = sources.orders().get();
        List<InDoubt> inDoubt = orders.inDoubt();
        shown.put("unresolved_count", inDoubt.size());
        List<Map<String, Object>> unresolved = inDoubt.stream().limit(MOST_ORDERS).map(order -> {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("id", order.id());
            members.put("age_s", Duration.between(order.since(), now).toSeconds());
            members.put("side", order.action());
            members.put("stock_code", order.stockCode());
            members.put("why", order.why());
            return members;
        }).toList();
        shown.put("unresolved", unresolved);
        shown.put("halted", orders.halted());
        return shown;
    }

    private Map<String, Object> gateway() {
        Runtime runtime = Runtime.getRuntime();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("running", sources.running().getAsInt());
        shown.put("heap_used_mb", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
        shown.put("heap_max_mb", runtime.maxMemory() >> 20);
        shown.put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        shown.put("processors", runtime.availableProcessors());
        shown.put("log_lines_dropped", Logs.dropped());
        return shown;
    }
}
