package io.kisgateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.kisgateway.kis.KisBreaker;
import io.kisgateway.kis.KisCaller;
import io.kisgateway.kis.KisComponent;
import io.kisgateway.kis.KisHttp;
import io.kisgateway.kis.KisReply;
import io.kisgateway.kis.KisRequest;
import io.kisgateway.kis.KisTimeouts;
import io.kisgateway.kis.KisWorkers;
import io.kisgateway.kis.StockNameLookup;
import io.kisgateway.kis.StockNames;
import io.kisgateway.kis.TokenState;
import io.kisgateway.kis.Tokens;
import io.kisgateway.mapping.Functions;
import io.kisgateway.mapping.MappingFunction;
import io.kisgateway.mapping.ReplyComponent;
import io.kisgateway.ops.BreakerHistory;
import io.kisgateway.ops.BreakerView;
import io.kisgateway.ops.CallRecorder;
import io.kisgateway.ops.ConsoleData;
import io.kisgateway.ops.FinishedCall;
import io.kisgateway.ops.KisWatch;
import io.kisgateway.ops.LimiterView;
import io.kisgateway.ops.Logs;
import io.kisgateway.ops.ManagementServer;
import io.kisgateway.ops.Metrics;
import io.kisgateway.ops.OrdersView;
import io.kisgateway.ops.PermitView;
import io.kisgateway.ops.RequestStats;
import io.kisgateway.ops.SentOrders;
import io.kisgateway.ops.Status;
import io.kisgateway.ops.TokenView;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.throttle.BudgetProcessor;
import io.kisgateway.throttle.EndpointStats;
import io.kisgateway.throttle.Throttle;
import io.kisgateway.throttle.ThrottleProcessor;
import io.kisgateway.web.Edge;
import io.kisgateway.web.HttpEngine;
import io.kisgateway.web.RequestComponent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.camel.BindToRegistry;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/** Every bean that the routes name, and how the parts know of each other. */
public final class Wiring implements CamelConfiguration, AutoCloseable {

    private static final int EDGE_WORKERS = 16;
    private static final int MAX_WAITING_FOR_A_WORKER = 10_000;
    private static final int MAX_NESTING = 32;

    private final Settings settings;
    private final Clock clock = Clock.systemUTC();
    private final LongSupplier nanoTime = System::nanoTime;
    private final JsonMapper json = strictJson();
    private final Target target;
    private final ThreadPoolExecutor edgeWorkers = pool("edge", EDGE_WORKERS);
    private final ThreadPoolExecutor kisWorkers;
    private final ScheduledThreadPoolExecutor timers;
    private final Edge edge;
    private final Limits limits;
    private final RedisConnection redis;
    private final Throttle throttle;
    private final KisHttp kisHttp;
    private final Tokens tokens;
    private final KisBreaker breaker;
    private final KisCaller kisCaller;
    private final RequestStats requestStats;
    private final Metrics metrics;
    private final OrdersView orders = new SentOrders();
    private final KisWatch kisWatch;
    private final BreakerHistory breakerHistory;
    private final ConsoleData console;
    private final Status status;
    private final ManagementServer management;
    private StockNames stockNames;

    Wiring(Settings settings) {
        this.settings = settings;
        this.target = Target.of(settings);
        int connections = settings.integer(Setting.KIS_CONNECTIONS);
        this.kisWorkers = pool("kis", connections);
        this.timers = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "timer"));
        timers.setRemoveOnCancelPolicy(true);
        this.breaker = new KisBreaker(settings.integer(Setting.CIRCUIT_BREAKER_FAIL_MAX),
                settings.duration(Setting.CIRCUIT_BREAKER_TIMEOUT), clock);
        KisTimeouts timeouts = new KisTimeouts(settings.duration(Setting.KIS_CONNECT_TIMEOUT_MS),
                settings.duration(Setting.KIS_READ_TIMEOUT_MS), settings.duration(Setting.KIS_CALL_TIMEOUT_MS));
        this.kisHttp = new KisHttp(target.credentials(), timeouts, connections, nanoTime);
        this.limits = new Limits(settings);
        this.redis = limits.redis().orElse(null);
        this.throttle = Throttle.open(limits.throttle(target.appKey()), redis, breaker::refusesFor, edgeWorkers, timers, clock, nanoTime);
        breaker.onStateChange(state -> throttle.circuitOpened());
        this.tokens = Tokens.open(target.environment(), target.credentials(), kisHttp,
                upstream -> throttle.budget().take(upstream, timeouts.call()), target.isSimulated() ? null : redis,
                target.tokenFolder(settings), clock, nanoTime);
        this.kisCaller = new KisCaller(tokens, breaker, timeouts, upstream -> throttle.budget().slowDown(upstream.ledger()), timers,
                nanoTime, new Random());
        this.requestStats = new RequestStats(clock);
        this.metrics = new Metrics(clock);
        this.kisWatch = new KisWatch(clock);
        kisCaller.onAnswer(answer -> {
            metrics.kisAnswered(answer.outcome(), answer.code(), answer.nanos());
            kisWatch.answered(answer.outcome(), answer.detail(), answer.nanos());
        });
        this.breakerHistory = new BreakerHistory(clock);
        breaker.onStateChange(state -> {
            metrics.breakerChanged(state);
            breakerHistory.changed(state, breaker.getLastReason());
        });
        CallRecorder calls = new CallRecorder(requestStats, metrics, orders, clock);
        this.edge = new Edge(edgeWorkers, nanoTime, json, (call, exchange, httpStatus, problem) -> calls.finished(FinishedCall.of(call,
                exchange == null ? null : exchange.getVariable("stock_code", String.class), httpStatus, problem)));
        String version = Version.read();
        this.status = new Status(version, settings.mode().name(), () -> !edge.isClosing(), breakerView(), limiterView(), requestStats);
        this.console = new ConsoleData(status, breakerView(), breakerHistory, limiterView(), requestStats, calls, kisWatch,
                this::tokenView, orders, edge::running, clock);
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breaker.registry()).bindTo(metrics.registry());
        metrics.watch(breakerView());
        metrics.watch(limiterView(), requestStats::watched);
        metrics.watch(this::tokenView);
        metrics.watch(orders);
        metrics.watch(status, version, settings.mode().name(), edge::running);
        metrics.watchLog(Logs::dropped);
        this.management = new ManagementServer(json);
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING_FOR_A_WORKER), task -> daemon(task, name + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static JsonMapper strictJson() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    /** Problems are answers and the edge logs what is not: Camel's error handler shall say nothing of its own. */
    @Override
    public void configure(CamelContext camelContext) {
        DefaultErrorHandlerDefinition errorHandler = new DefaultErrorHandlerDefinition();
        errorHandler.setLevel("OFF");
        camelContext.getCamelContextExtension().setErrorHandlerFactory(errorHandler);
        MicrometerRoutePolicyFactory routeMetrics = new MicrometerRoutePolicyFactory();
        routeMetrics.setMeterRegistry(metrics.registry());
        camelContext.addRoutePolicyFactory(routeMetrics);
    }

    /** What Camel itself is told beyond application.properties. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("camel.server.host", settings.text(Setting.HOST));
        properties.put("camel.server.port", String.valueOf(settings.integer(Setting.PORT)));
        properties.put("kis.base-url", target.environment().baseUrl().toString());
        properties.put("trading.mode", settings.mode().name());
        properties.put("gateway.more-routes", settings.optional(Setting.ROUTES_DIR)
                .map(folder -> ",file:" + folder + "/*.camel.yaml").orElse(""));
        return properties;
    }

    @BindToRegistry("platform-http-engine")
    public HttpEngine httpEngine() {
        return new HttpEngine(edge);
    }

    @BindToRegistry("request")
    public RequestComponent requestComponent() {
        return new RequestComponent(json);
    }

    @BindToRegistry("throttle")
    public ThrottleProcessor throttle() {
        return throttle.throttleProcessor();
    }

    @BindToRegistry("kis")
    public KisComponent kisComponent(CamelContext camelContext) {
        stockNames = new StockNames(
                new StockNameLookup(camelContext.createProducerTemplate(), "direct:stock-name", nanoTime), nanoTime);
        return new KisComponent(kisCaller, target.environment(), stockNames, clock, "direct:kis");
    }

    @BindToRegistry("kis-account-budget")
    public BudgetProcessor accountBudget() {
        return throttle.budgetProcessor();
    }

    @BindToRegistry("kis-worker")
    public KisWorkers kisWorker() {
        return new KisWorkers(kisWorkers);
    }

    @BindToRegistry("kis-request")
    public KisRequest kisRequest() {
        return new KisRequest(tokens, kisHttp, nanoTime);
    }

    @BindToRegistry("kis-http")
    public KisHttp kisHttp() {
        return kisHttp;
    }

    @BindToRegistry("kis-circuit-breaker")
    public CircuitBreaker kisCircuitBreaker() {
        return breaker.circuitBreaker();
    }

    @BindToRegistry("kis-circuit-breakers")
    public CircuitBreakerRegistry kisCircuitBreakers() {
        return breaker.registry();
    }

    @BindToRegistry("kis-reply")
    public KisReply kisReply() {
        return new KisReply();
    }

    @BindToRegistry("reply")
    public ReplyComponent replyComponent() {
        List<Function> functions = new ArrayList<>(new Functions(clock).all());
        functions.add(new MappingFunction("issue-name", 1, 1, code -> stockNames.name(code[0].asText())
                .<JsonNode>map(TextNode::valueOf).orElse(NullNode.instance)));
        return new ReplyComponent(functions);
    }

    @BindToRegistry("health")
    public Processor health() {
        return exchange -> answer(exchange, status.isReady(), status.health());
    }

    @BindToRegistry("health-live")
    public Processor healthLive() {
        return exchange -> answer(exchange, true, Status.live());
    }

    @BindToRegistry("health-ready")
    public Processor healthReady() {
        return exchange -> answer(exchange, status.isReady(), status.ready());
    }

    @BindToRegistry("stats")
    public Processor stats() {
        return exchange -> answer(exchange, true, status.stats());
    }

    private static void answer(Exchange exchange, boolean well, Object body) {
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, well ? 200 : 503);
        exchange.getMessage().setBody(body);
    }

    Edge edge() {
        return edge;
    }

    ManagementServer management() {
        return management;
    }

    void started(CamelContext camelContext) throws Exception {
        Set<String> throttled = ThrottledRoutes.of(camelContext);
        limits.requireEndpoints(throttled);
        requestStats.watch(throttled);
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
        management.start(settings.text(Setting.MANAGEMENT_HOST), settings.integer(Setting.MANAGEMENT_PORT));
    }

    /** Sends away whoever still waits for a permit. */
    void dismissWaiting() {
        throttle.dismiss(Edge.shuttingDown());
    }

    private LimiterView limiterView() {
        return new LimiterView() {
            @Override
            public String backend() {
                return throttle.limiterState().backend();
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
            public boolean shared() {
                return redis != null;
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

    @Override
    public void close() {
        management.close();
        throttle.close();
        tokens.close();
        kisHttp.close();
        metrics.close();
        timers.shutdownNow();
        edgeWorkers.shutdown();
        kisWorkers.shutdown();
        if (redis != null) {
            redis.close();
        }
        target.close();
    }
}
