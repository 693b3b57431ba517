package io.kisgateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.kisgateway.kis.KisBreaker;
import io.kisgateway.kis.KisCaller;
import io.kisgateway.kis.TokenState;
import io.kisgateway.kis.Tokens;
import io.kisgateway.ops.BreakerHistory;
import io.kisgateway.ops.BreakerView;
import io.kisgateway.ops.CallRecorder;
import io.kisgateway.ops.ConsoleData;
import io.kisgateway.ops.FinishedCall;
import io.kisgateway.ops.KisWatch;
import io.kisgateway.ops.LimiterView;
import io.kisgateway.ops.Logs;
import io.kisgateway.ops.ManagedBeans;
import io.kisgateway.ops.ManagementServer;
import io.kisgateway.ops.Metrics;
import io.kisgateway.ops.OrdersView;
import io.kisgateway.ops.PermitView;
import io.kisgateway.ops.RequestStats;
import io.kisgateway.ops.RoutesView;
import io.kisgateway.ops.Status;
import io.kisgateway.ops.ThrottleControl;
import io.kisgateway.ops.TokenView;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.throttle.EndpointStats;
import io.kisgateway.throttle.RateLimits;
import io.kisgateway.throttle.Throttle;
import io.kisgateway.web.Edge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

/** What operators see and steer: how the parts of the gateway show themselves to {@code ops}, and the port they do it on. */
final class Operations implements AutoCloseable {

    private final Settings settings;
    private final KisBreaker breaker;
    private final Throttle throttle;
    private final boolean redis;
    private final Tokens tokens;
    private final RequestStats requests;
    private final Metrics metrics;
    private final CallRecorder calls;
    private final Status status;
    private final ConsoleData console;
    private final ManagementServer management;
    private ManagedBeans beans;

    /**
     * @param redis   whether limits are shared through Redis
     * @param orders  what is known of orders
     * @param routes  what is known of the route files
     * @param closing whether the gateway is going down
     * @param running calls that have begun and not ended
     */
    Operations(Settings settings, Clock clock, JsonMapper json, KisBreaker breaker, KisCaller kisCaller, Throttle throttle,
            boolean redis, Tokens tokens, OrdersView orders, RoutesView routes, BooleanSupplier closing, Supplier<Integer> running) {
        this.settings = settings;
        this.breaker = breaker;
        this.throttle = throttle;
        this.redis = redis;
        this.tokens = tokens;
        this.requests = new RequestStats(clock);
        this.metrics = new Metrics(clock);
        this.calls = new CallRecorder(requests, metrics, orders, clock);
        String version = Version.read();
        String mode = settings.mode().name();
        BreakerView breakerView = breakerView();
        LimiterView limiterView = limiterView();
        this.status = new Status(version, mode, () -> !closing.getAsBoolean(), breakerView, limiterView, requests, routes);
        KisWatch kis = new KisWatch(clock);
        kisCaller.onAnswer(answer -> {
            metrics.kisAnswered(answer.outcome(), answer.code(), answer.nanos());
            kis.answered(answer.outcome(), answer.detail(), answer.nanos());
        });
        BreakerHistory history = new BreakerHistory(clock);
        breaker.onStateChange(state -> {
            metrics.breakerChanged(state);
            history.changed(state, breaker.getLastReason());
        });
        this.console = new ConsoleData(status, breakerView, history, limiterView, requests, calls, kis, this::tokenView, orders,
                running, clock);
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breaker.registry()).bindTo(metrics.registry());
        metrics.watch(breakerView);
        metrics.watch(limiterView, requests::watched);
        metrics.watch(this::tokenView);
        metrics.watch(orders);
        metrics.watch(status, version, mode, running);
        metrics.watchLog(Logs::dropped);
        this.management = new ManagementServer(json, settings.optional(Setting.MANAGEMENT_ORIGINS)
                .map(origins -> Set.of(origins.split(",\\s*"))).orElse(Set.of()));
    }

    /** Who is told of every finished call. */
    Edge.Observer observer() {
        return (call, exchange, httpStatus, problem) -> calls.finished(FinishedCall.of(call,
                exchange == null ? null : exchange.getVariable("stock_code", String.class), httpStatus, problem));
    }

    MeterRegistry meters() {
        return metrics.registry();
    }

    Status status() {
        return status;
    }

    ManagementServer management() {
        return management;
    }

    /** @param endpoints the ids of the routes that take permits, from now on */
    void watch(Collection<String> endpoints) {
        requests.watch(endpoints);
    }

    /**
     * Opens the management port, and shows breaker and throttle to JMX.
     *
     * @param halt   stops new orders on all instances
     * @param resume lets them go again
     */
    void open(CamelContext camelContext, Runnable halt, Runnable resume) throws Exception {
        beans = new ManagedBeans(camelContext);
        beans.register("CircuitBreaker", breaker);
        beans.register("Throttle", new ThrottleControl(limiterView(), requests::watched,
                (endpoint, limits) -> throttle.changeLimit(endpoint, RateLimits.parse(limits))));
        management.jolokia(camelContext);
        management.probe("/health", status::isReady, status::health);
        management.probe("/health/live", () -> true, Status::live);
        management.probe("/health/ready", status::isReady, status::ready);
        management.get("/stats", status::stats);
        management.getText("/metrics", Metrics.CONTENT_TYPE, metrics::scrape);
        management.getText("/observe/metrics", Metrics.CONTENT_TYPE, metrics::scrape);
        management.console();
        management.getSlowly("/console/data", console::show);
        management.post("/admin/circuit-breaker/reset", () -> {
            breaker.reset();
            return Map.of("state", breaker.getState());
        });
        management.post("/admin/circuit-breaker/force-open", () -> {
            breaker.forceOpen();
            return Map.of("state", breaker.getState());
        });
        management.post("/admin/trading/halt", () -> {
            try {
                halt.run();
            } catch (IllegalStateException e) {
                throw new ManagementServer.Unavailable("Halted on this instance; the journal cannot be reached, and the others are told"
                        + " as soon as it is back", e);
            }
            return Map.of("halted", true);
        });
        management.post("/admin/trading/resume", () -> {
            try {
                resume.run();
            } catch (IllegalStateException e) {
                throw new ManagementServer.Unavailable("Trading stays halted; the journal cannot be reached", e);
            }
            return Map.of("halted", false);
        });
        Ports.listening(Setting.MANAGEMENT_PORT, settings,
                () -> management.start(settings.text(Setting.MANAGEMENT_HOST), settings.integer(Setting.MANAGEMENT_PORT)));
    }

    private LimiterView limiterView() {
        return new LimiterView() {
            @Override
            public String backend() {
                return throttle.limiterState().backend();
            }

            @Override
            public boolean shared() {
                return redis;
            }

            @Override
            public String limit() {
                return throttle.defaultLimits().toString();
            }

            @Override
            public boolean degraded() {
                return throttle.limiterState().degraded();
            }

            @Override
            public boolean available() {
                return !degraded() || !settings.isOn(Setting.REDIS_REQUIRED);
            }

            @Override
            public PermitView endpoint(String routeId) {
                return permitView(throttle.stats(routeId));
            }

            @Override
            public double accountPacing() {
                return throttle.limiterState().accountPacing();
            }

            @Override
            public double ledgerPacing() {
                return throttle.limiterState().ledgerPacing();
            }
        };
    }

    private static PermitView permitView(EndpointStats stats) {
        return new PermitView(stats.limits().toString(), stats.limits().all().stream()
                .map(limit -> new PermitView.Window(limit.permits(), limit.windowMillis() / 1000)).toList(), stats.queueLength(),
                stats.longestWaitMillis(), stats.grantsBySecond(), stats.granted(), stats.refused(), stats.coalesced(),
                stats.decisions(), stats.decisionNanos());
    }

    private TokenView tokenView() {
        TokenState state = tokens.state();
        return new TokenView(state.issuedAt(), state.expiresAt(), state.refused(), state.issues(), state.failures(),
                state.refusals(), state.lastRefusal());
    }

    private BreakerView breakerView() {
        return new BreakerView() {
            @Override
            public String state() {
                return breaker.getState();
            }

            @Override
            public int failCounter() {
                return breaker.getFailCounter();
            }

            @Override
            public int failMax() {
                return breaker.getFailMax();
            }

            @Override
            public long resetTimeoutSeconds() {
                return breaker.getResetTimeout();
            }

            @Override
            public long trips() {
                return breaker.getTrips();
            }

            @Override
            public Optional<Duration> refusesFor() {
                return breaker.refusesFor();
            }

            @Override
            public String lastReason() {
                return breaker.getLastReason();
            }
        };
    }

    /** Closes the management port. */
    @Override
    public void close() {
        management.close();
        metrics.close();
    }
}
