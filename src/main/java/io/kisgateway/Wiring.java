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
import io.kisgateway.kept.KeptComponent;
import io.kisgateway.kept.KeptReplies;
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
import io.kisgateway.kis.Tokens;
import io.kisgateway.mapping.Functions;
import io.kisgateway.mapping.MappingFunction;
import io.kisgateway.mapping.Mappings;
import io.kisgateway.mapping.ReplyComponent;
import io.kisgateway.ops.ManagementServer;
import io.kisgateway.ops.RoutesView;
import io.kisgateway.ops.OrdersView;
import io.kisgateway.ops.Status;
import io.kisgateway.ops.Tracing;
import io.kisgateway.order.OrderModule;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.routes.ApiPages;
import io.kisgateway.routes.LiveRoutes;
import io.kisgateway.routes.RouteCatalogue;
import io.kisgateway.routes.RouteWatcher;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.throttle.BudgetProcessor;
import io.kisgateway.throttle.Throttle;
import io.kisgateway.throttle.ThrottleProcessor;
import io.kisgateway.web.Edge;
import io.kisgateway.web.EdgeServer;
import io.kisgateway.web.HttpEngine;
import io.kisgateway.web.RequestComponent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    private final Clock clock;
    private final LongSupplier nanoTime = System::nanoTime;
    private final JsonMapper json = strictJson();
    private final Target target;
    private final ThreadGroup edgeThreads = new ThreadGroup("edge");
    private final ThreadPoolExecutor edgeWorkers;
    private final ThreadPoolExecutor kisWorkers;
    /** How many threads of the edge may be with KIS. */
    private final int spareEdgeWorkers;
    private final ScheduledThreadPoolExecutor timers;
    private final Edge edge;
    private final EdgeServer edgeServer;
    private final Limits limits;
    private final RedisConnection redis;
    private final Throttle throttle;
    private final OrderModule orders;
    private final KisHttp kisHttp;
    private final Tokens tokens;
    private final KisBreaker breaker;
    private final KisCaller kisCaller;
    private final Mappings mappings;
    private final LiveRoutes routes;
    private final RouteWatcher routeWatcher;
    private final ApiPages apiPages = new ApiPages(this::catalogue, Version.read(), Version.swaggerUi());
    private final Operations operations;
    private StockNames stockNames;
    private Tracing tracing;

    Wiring(Settings settings, Clock clock) {
        this.clock = clock;
        this.settings = settings;
        this.target = Target.of(settings);
        int connections = settings.integer(Setting.KIS_CONNECTIONS);
        this.spareEdgeWorkers = connections / 2;
        this.edgeWorkers = pool(edgeThreads, EDGE_WORKERS + spareEdgeWorkers);
        this.kisWorkers = pool(new ThreadGroup("kis"), connections - spareEdgeWorkers);
        this.timers = new ScheduledThreadPoolExecutor(1, task -> daemon(null, task, "timer"));
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
        this.orders = OrderSafety.open(settings, target, redis, timers, clock, nanoTime);
        this.tokens = Tokens.open(target.environment(), target.credentials(), kisHttp,
                upstream -> throttle.budget().take(upstream, timeouts.call()), target.isSimulated() ? null : redis,
                target.tokenFolder(settings), clock, nanoTime);
        this.kisCaller = new KisCaller(tokens, breaker, timeouts, upstream -> throttle.budget().slowDown(upstream.ledger()), timers,
                nanoTime, new Random());
        Path folder = settings.optional(Setting.ROUTES_DIR).map(Path::of).orElse(null);
        this.mappings = new Mappings(folder);
        this.routes = new LiveRoutes(folder, RouteChecks.checker(folder), mappings::outside, this::routesChanged);
        this.routeWatcher = folder != null && settings.isOn(Setting.ROUTES_RELOAD) ? new RouteWatcher(folder, routes) : null;
        this.operations = new Operations(settings, clock, json, breaker, kisCaller, throttle, redis != null, tokens, ordersView(), routesView(),
                this::isClosing, this::running);
        this.edge = new Edge(edgeWorkers, nanoTime, json, operations.observer());
        this.edgeServer = new EdgeServer(settings.text(Setting.HOST), settings.integer(Setting.PORT));
    }

    private boolean isClosing() {
        return edge.isClosing();
    }

    private int running() {
        return edge.running();
    }

    private static ThreadPoolExecutor pool(ThreadGroup group, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING_FOR_A_WORKER), task -> daemon(group, task, group.getName() + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread daemon(ThreadGroup group, Runnable task, String name) {
        Thread thread = new Thread(group, task, name);
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
    public void configure(CamelContext camelContext) throws Exception {
        camelContext.addService(edgeServer);
        DefaultErrorHandlerDefinition errorHandler = new DefaultErrorHandlerDefinition();
        errorHandler.setLevel("OFF");
        camelContext.getCamelContextExtension().setErrorHandlerFactory(errorHandler);
        if (settings.isOn(Setting.OTEL_ENABLED)) {
            tracing = Tracing.start(camelContext, Version.read(), settings.text(Setting.OTEL_EXPORTER_OTLP_ENDPOINT));
            edge.trace();
        }
        orders.bind(camelContext.getRegistry(), camelContext);
        MicrometerRoutePolicyFactory routeMetrics = new MicrometerRoutePolicyFactory();
        routeMetrics.setMeterRegistry(operations.meters());
        camelContext.addRoutePolicyFactory(routeMetrics);
    }

    /** What Camel itself is told beyond application.properties. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("kis.base-url", target.environment().baseUrl().toString());
        properties.put("trading.mode", settings.mode().name());
        return properties;
    }

    @BindToRegistry("platform-http-engine")
    public HttpEngine httpEngine() {
        return new HttpEngine(edge, edgeServer);
    }

    @BindToRegistry("request")
    public RequestComponent requestComponent() {
        return new RequestComponent(json, clock);
    }

    @BindToRegistry("throttle")
    public ThrottleProcessor throttle() {
        return throttle.throttleProcessor();
    }

    @BindToRegistry("kis")
    public KisComponent kisComponent(CamelContext camelContext) {
        stockNames = new StockNames(
                new StockNameLookup(camelContext.createProducerTemplate(), "direct:stock-name", nanoTime), nanoTime);
        return new KisComponent(kisCaller, target.environment(), stockNames, clock, "direct:kis?block=false");
    }

    @BindToRegistry("kis-account-budget")
    public BudgetProcessor accountBudget() {
        return throttle.budgetProcessor();
    }

    @BindToRegistry("kis-worker")
    public KisWorkers kisWorker() {
        return new KisWorkers(kisWorkers, thread -> thread.getThreadGroup() == edgeThreads, spareEdgeWorkers);
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
        return new ReplyComponent(functions, mappings);
    }

    @BindToRegistry("openapi")
    public Processor openApi() {
        return apiPages.document();
    }

    @BindToRegistry("docs")
    public Processor docs() {
        return apiPages.page();
    }

    @BindToRegistry("docs-file")
    public Processor docsFile() {
        return apiPages.file();
    }

    @BindToRegistry("kept")
    public KeptComponent keptComponent() {
        return new KeptComponent(new KeptReplies(settings.mode().name().toLowerCase(Locale.ROOT),
                target.isSimulated() ? null : redis, target.tokenFolder(settings), timers, clock, nanoTime));
    }

    @BindToRegistry("health")
    public Processor health() {
        return exchange -> answer(exchange, operations.status().isReady(), operations.status().health());
    }

    @BindToRegistry("health-live")
    public Processor healthLive() {
        return exchange -> answer(exchange, true, Status.live());
    }

    @BindToRegistry("health-ready")
    public Processor healthReady() {
        return exchange -> answer(exchange, operations.status().isReady(), operations.status().ready());
    }

    @BindToRegistry("stats")
    public Processor stats() {
        return exchange -> answer(exchange, true, operations.status().stats());
    }

    private static void answer(Exchange exchange, boolean well, Object body) {
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, well ? 200 : 503);
        exchange.getMessage().setBody(body);
    }

    Edge edge() {
        return edge;
    }

    OrderModule orders() {
        return orders;
    }

    /** All routes; to be checked and then added to Camel. */
    LiveRoutes routes() {
        return routes;
    }

    private RouteCatalogue catalogue() {
        return routes.catalogue(id -> settings.endpointLimits()
                .getOrDefault(Settings.endpointLimitVariable(id), settings.text(Setting.RATE_LIMIT)));
    }

    /** New endpoints are counted too; those that are gone are forgotten. */
    private void routesChanged() {
        operations.watch(routes.throttled());
    }

    EdgeServer edgeServer() {
        return edgeServer;
    }

    ManagementServer management() {
        return operations.management();
    }

    void started(CamelContext camelContext) throws Exception {
        if (routeWatcher == null) {
            // With a watcher the endpoint that a limit is meant for may come later.
            limits.requireEndpoints(routes.throttled());
        }
        routesChanged();
        orders.started(camelContext);
        operations.open(camelContext, orders.halt()::halt, orders.halt()::resume);
        operations.management().page("/routes", () -> catalogue().html(), () -> catalogue().json());
        timers.scheduleWithFixedDelay(tokens::tend, 1, 1, TimeUnit.MINUTES);
        if (routeWatcher != null) {
            routeWatcher.start();
        }
        Ports.listening(Setting.PORT, settings, edgeServer::listen);
    }

    /** Sends away whoever still waits for a permit. */
    void dismissWaiting() {
        throttle.dismiss(Edge.shuttingDown());
    }

    private OrdersView ordersView() {
        return new JournalledOrders(orders);
    }

    private RoutesView routesView() {
        return new RoutesView() {
            @Override
            public int loaded() {
                return routes.state().loaded();
            }

            @Override
            public List<?> failed() {
                return routes.state().failed();
            }
        };
    }

    @Override
    public void close() {
        if (routeWatcher != null) {
            routeWatcher.close();
        }
        operations.close();
        if (tracing != null) {
            tracing.close();
        }
        orders.close();
        throttle.close();
        tokens.close();
        kisHttp.close();
        timers.shutdownNow();
        edgeWorkers.shutdown();
        kisWorkers.shutdown();
        if (redis != null) {
            redis.close();
        }
        target.close();
    }
}
