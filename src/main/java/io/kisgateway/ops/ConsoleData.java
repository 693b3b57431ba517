package io.kisgateway.ops;

import io.kisgateway.kis.BreakerState;
import io.kisgateway.kis.TokenState;
import io.kisgateway.order.InDoubt;
import io.kisgateway.order.OrdersState;
import io.kisgateway.runtime.Members;
import io.kisgateway.throttle.EndpointStats;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

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
        Map<String, Object> data = Members.of(
                "now", now.toString(),
                "uptime_s", Duration.between(startedAt, now).toSeconds(),
                "findings", diagnosis.findings(),
                "breaker", breaker(),
                "limiter", limiter(),
                "endpoints", endpoints(),
                "kis", kis.show(),
                "token", token(now),
                "orders", orders(now),
                "realtime", realtime.show(),
                "gateway", gateway(),
                "requests", requests.requests(),
                "callers", calls.callers().show(),
                "recent_requests", requests.recentRequestsWithCallers(RECENT));
        data.putAll(status.identity());
        return data;
    }

    private Map<String, Object> breaker() {
        Map<String, Object> shown = status.circuitStats();
        BreakerState breaker = sources.breaker().get();
        shown.put("half_open_in_ms", breaker.is("open") ? breaker.refusesFor().map(Duration::toMillis).orElse(0L) : null);
        shown.put("changes", history.last().stream().map(change -> Map.of("at", change.at().toString(), "state", change.state(),
                "reason", change.reason())).toList());
        return shown;
    }

    private Map<String, Object> limiter() {
        Map<String, Object> shown = status.limiting();
        shown.put("shared", sources.throttle().get().shared());
        return shown;
    }

    private Map<String, Map<String, Object>> endpoints() {
        Map<String, Map<String, Object>> shown = status.endpoints();
        shown.forEach((id, endpoint) -> {
            EndpointStats permits = sources.endpoint().apply(id);
            long[] waits = requests.queueMillis(id);
            endpoint.putAll(Members.of(
                    "windows", permits.windows(),
                    "grants_by_second", permits.grantsBySecond(),
                    "decisions", permits.decisions(),
                    "decision_nanos", permits.decisionNanos(),
                    "refused_last_minute", requests.lastMinute(id, "rate_limited"),
                    "failed_last_minute", requests.lastMinute(id, "failed"),
                    "served_last_minute", requests.lastMinute(id, "success"),
                    "wait_p50_ms", waits[0],
                    "wait_p99_ms", waits[1]));
        });
        return shown;
    }

    private Map<String, Object> token(Instant now) {
        TokenState held = sources.token().get();
        return Members.of(
                "held", held.issuedAt() != null,
                "age_s", held.issuedAt() == null ? null : Duration.between(held.issuedAt(), now).toSeconds(),
                "remaining_s", held.expiresAt() == null ? null : Duration.between(now, held.expiresAt()).toSeconds(),
                "refused", held.refused(),
                "issues", held.issues(),
                "failures", held.failures(),
                "refusals", held.refusals());
    }

    private Map<String, Object> orders(Instant now) {
        OrdersState orders = sources.orders().get();
        List<InDoubt> inDoubt = orders.inDoubt();
        return Members.of(
                "by_state", sent.byState(),
                "unresolved_count", inDoubt.size(),
                "unresolved", inDoubt.stream().limit(MOST_ORDERS).map(order -> Members.of(
                        "id", order.id(),
                        "age_s", Duration.between(order.since(), now).toSeconds(),
                        "side", order.action(),
                        "stock_code", order.stockCode(),
                        "why", order.why())).toList(),
                "halted", orders.halted());
    }

    private Map<String, Object> gateway() {
        Runtime runtime = Runtime.getRuntime();
        return Members.of(
                "running", sources.running().getAsInt(),
                "heap_used_mb", (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                "heap_max_mb", runtime.maxMemory() >> 20,
                "load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                "processors", runtime.availableProcessors(),
                "log_lines_dropped", Logs.dropped());
    }
}
