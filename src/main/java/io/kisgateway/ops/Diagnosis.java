package io.kisgateway.ops;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.BreakerState;
import io.kisgateway.kis.TokenState;
import io.kisgateway.order.InDoubt;
import io.kisgateway.order.OrderAlarms;
import io.kisgateway.order.OrdersState;
import io.kisgateway.routes.RouteProblem;
import io.kisgateway.routes.RouteState;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.throttle.EndpointStats;
import io.kisgateway.throttle.ThrottleState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Says what is wrong now and whose fault it is, from what the last minute showed: KIS, Redis, a limit, one caller, the
 * token, an order, or the gateway itself. The worst first.
 */
final class Diagnosis {

    private static final int FEW = 3;
    private static final int FAILING_PERCENT = 20;
    private static final int FLOOD_PERCENT = 60;
    private static final int SLOW_MILLIS = 2000;
    private static final int FULL_HEAP_PERCENT = 92;
    private static final Duration ALARMING = Duration.ofDays(1);
    private static final Duration RECENT = Duration.ofMinutes(5);

    private final Sources sources;
    private final RequestStats requests;
    private final CallRecorder calls;
    private final KisWatch kis;
    private final RealtimeView realtime;
    private final boolean openPlay;
    private final InstantSource clock;

    Diagnosis(Sources sources, RequestStats requests, CallRecorder calls, KisWatch kis, RealtimeView realtime, boolean openPlay,
            InstantSource clock) {
        this.sources = sources;
        this.requests = requests;
        this.calls = calls;
        this.kis = kis;
        this.realtime = realtime;
        this.openPlay = openPlay;
        this.clock = clock;
    }

    List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        gateway(found);
        operator(found);
        routes(found);
        breaker(found);
        kis(found);
        token(found);
        orders(found);
        redis(found);
        limits(found);
        realtime.findings(found);
        // Nothing is worse than an order that exists though its caller was told that it does not.
        found.sort(Comparator.comparing(finding -> finding.code().equals("late-sighting") ? 0 : finding.level().equals("serious") ? 1 : 2));
        return found;
    }

    private void gateway(List<Finding> found) {
        if (sources.closing().getAsBoolean()) {
            found.add(Finding.serious("gateway", "closing"));
        }
        if (openPlay) {
            found.add(Finding.notice("operator", "open-play"));
        }
        int internal = calls.lastMinute(ProblemCode.INTERNAL);
        if (internal > 0) {
            found.add(Finding.serious("gateway", "internal", "count", internal));
        }
        int overloaded = calls.lastMinute(ProblemCode.OVERLOADED);
        if (overloaded > 0) {
            found.add(Finding.serious("gateway", "overloaded", "count", overloaded));
        }
        Runtime runtime = Runtime.getRuntime();
        long percent = (runtime.totalMemory() - runtime.freeMemory()) * 100 / runtime.maxMemory();
        if (percent >= FULL_HEAP_PERCENT) {
            found.add(Finding.notice("gateway", "heap", "percent", percent));
        }
    }

    private void operator(List<Finding> found) {
        if (sources.orders().get().halted()) {
            found.add(Finding.serious("operator", "halted"));
        }
        if (sources.breaker().get().is("forced-open")) {
            found.add(Finding.serious("operator", "forced-open"));
        }
    }

    private void routes(List<Finding> found) {
        RouteState routes = sources.routes().get();
        if (!routes.failed().isEmpty()) {
            RouteProblem first = routes.failed().get(0);
            found.add(
                    Finding.notice("operator", "routes-broken", "count", routes.failed().size(), "file", first.file(), "line", first.line(),
                            "said", first.reason()));
        }
        if (!routes.paused().isEmpty() && !sources.closing().getAsBoolean()) {
            found.add(Finding.serious("operator", "paused", "endpoints", String.join(", ", routes.paused())));
        }
    }

    private void breaker(List<Finding> found) {
        BreakerState breaker = sources.breaker().get();
        String reason = breaker.lastReason();
        if (breaker.is("open")) {
            found.add(Finding.serious("kis", "breaker-open", "reason", reason,
                    "seconds", breaker.refusesFor().map(wait -> wait.toSeconds() + 1).orElse(0L)));
        } else if (breaker.is("half-open")) {
            found.add(Finding.notice("kis", "breaker-half-open", "reason", reason));
        }
    }

    private void kis(List<Finding> found) {
        int all = kis.callsLastMinute();
        int failed = kis.lastMinute("unavailable");
        if (failed >= FEW && failed * 100 >= all * FAILING_PERCENT) {
            found.add(Finding.serious("kis", "kis-failing", "failed", failed, "calls", all, "detail", kis.mostFrequent("unavailable"),
                    "run", sources.breaker().get().failCounter(), "max", sources.breaker().get().failMax()));
        } else if (failed > 0) {
            found.add(Finding.notice("kis", "kis-faults", "failed", failed, "calls", all, "detail", kis.mostFrequent("unavailable")));
        }
        if (all - failed >= FEW && kis.median() >= SLOW_MILLIS) {
            found.add(Finding.notice("kis", "kis-slow", "ms", Math.round(kis.median())));
        }
        ThrottleState limiter = sources.throttle().get();
        int throttled = kis.lastMinute("throttled");
        if (throttled > 0) {
            found.add(Finding.notice("limit", "kis-throttles", "count", throttled, "percent", percent(limiter.accountPacing())));
        } else if (limiter.accountPacing() < 1) {
            found.add(Finding.notice("limit", "paced", "percent", percent(limiter.accountPacing())));
        }
    }

    private static long percent(double share) {
        return Math.round(share * 100);
    }

    private void token(List<Finding> found) {
        TokenState now = sources.token().get();
        Instant moment = clock.instant();
        boolean usable = now.expiresAt() != null && now.expiresAt().isAfter(moment) && !now.refused();
        int credentials = kis.lastMinute("credentials");
        boolean diedLately = now.lastRefusal() != null && now.lastRefusal().isAfter(moment.minus(RECENT));
        if (now.refused()) {
            found.add(Finding.serious("token", "token-refused", "refusals", now.refusals()));
        } else if (!usable && now.failures() > 0) {
            found.add(Finding.serious("token", "token-none", "failures", now.failures()));
        } else if (diedLately) {
            found.add(Finding.notice("token", "token-died",
                    "seconds", Duration.between(now.lastRefusal(), moment).toSeconds(), "refusals", now.refusals()));
        } else if (credentials > 0) {
            found.add(Finding.serious("token", "credentials", "count", credentials, "detail", kis.mostFrequent("credentials")));
        }
    }

    private void orders(List<Finding> found) {
        OrdersState orders = sources.orders().get();
        if (!orders.writable()) {
            found.add(Finding.serious("order", "journal-away", "reason", orders.refusedFor(),
                    "seconds", Duration.between(orders.refusedSince(), clock.instant()).toSeconds()));
        } else if (calls.failedOrders() > 0) {
            found.add(Finding.serious("order", "orders-fail", "count", calls.failedOrders(), "codes", calls.orderFailures()));
        }
        if (orders.unreadable() > 0) {
            found.add(Finding.serious("order", "journal-unreadable", "count", orders.unreadable()));
        }
        for (OrderAlarms.Alarm alarm : orders.alarms()) {
            if (alarm.count() > 0 && alarm.at().isAfter(clock.instant().minus(ALARMING))) {
                found.add(Finding.serious("order", alarm.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), "count", alarm.count(),
                        "last", alarm.last(), "at", KoreanTime.iso(alarm.at())));
            }
        }
        List<InDoubt> unresolved = orders.inDoubt();
        if (!unresolved.isEmpty()) {
            InDoubt oldest = unresolved.get(0);
            found.add(Finding.serious("order", "order-unknown", "count", unresolved.size(), "id", oldest.id(),
                    "seconds", Duration.between(oldest.since(), clock.instant()).toSeconds()));
        }
    }

    private void redis(List<Finding> found) {
        ThrottleState limiter = sources.throttle().get();
        if (limiter.degraded()) {
            found.add(limiter.available() ? Finding.notice("redis", "redis-away", "backend", limiter.backend())
                    : Finding.serious("redis", "redis-required", "backend", limiter.backend()));
        }
    }

    private void limits(List<Finding> found) {
        boolean anyRefused = false;
        for (String endpoint : requests.watched()) {
            int refused = requests.lastMinute(endpoint, "rate_limited");
            EndpointStats permits = sources.endpoint().apply(endpoint);
            if (refused > 0) {
                anyRefused = true;
                found.add(Finding.serious("limit", "limit-reached", "endpoint", endpoint, "refused", refused,
                        "limit", permits.limits().toString(), "waiting", permits.queueLength()));
            } else if (permits.longestWaitMillis() > 1000) {
                anyRefused = true;
                found.add(Finding.notice("limit", "limit-queue", "endpoint", endpoint, "waiting", permits.queueLength(),
                        "ms", permits.longestWaitMillis(), "limit", permits.limits().toString()));
            }
        }
        Callers.Busiest busiest = calls.callers().busiest();
        if (anyRefused && busiest != null && busiest.percent() >= FLOOD_PERCENT && calls.callers().count() > 1) {
            found.add(Finding.serious("caller", "flood", "caller", busiest.caller(), "calls", busiest.calls(),
                    "percent", busiest.percent()));
        }
    }
}
