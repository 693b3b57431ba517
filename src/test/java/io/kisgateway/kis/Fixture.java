package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.OrderLookup;
import io.kisgateway.call.OwnCalls;
import io.kisgateway.call.Problem;
import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Urgency;
import io.kisgateway.runtime.Store;
import io.kisgateway.testing.AnyOrder;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.ShippedRoutes;
import io.kisgateway.testing.TestClock;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Everything between a route and KIS, put together as the gateway does it. */
final class Fixture implements AutoCloseable {

    static final String KEY = "appkey-appkey-appkey-appkey-appkey-0";
    static final String SECRET = "secret-which-nobody-may-ever-see";
    static final String ACCOUNT = "81055689";

    /** What became of a call. */
    record Result(ObjectNode body, Exception failure, Call call, Exchange exchange) {

        Problem problem() {
            if (failure instanceof Problem problem) {
                return problem;
            }
            throw new AssertionError("no problem but " + failure + ", body " + body, failure);
        }

        ObjectNode reply() {
            if (failure != null) {
                throw new AssertionError(failure.toString(), failure);
            }
            return body;
        }
    }

    final TestClock clock;
    private final LongSupplier nanoTime;
    final DefaultCamelContext context = new DefaultCamelContext();
    final KisBreaker breaker;
    final KisHttp http;
    final Tokens tokens;
    final StockNames names;
    final List<Urgency> budget = new CopyOnWriteArrayList<>();
    final AtomicInteger throttled = new AtomicInteger();
    final KisCaller caller;
    private final ExecutorService workers;
    private final ScheduledExecutorService timer;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
    /** The waits before repeats, as they were asked for. */
    final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final ProducerTemplate template;

    static final class Options {

        boolean virtual;
        Duration connect = Patience.MOST;
        Duration read = Patience.MOST;
        Duration call = Patience.MOST;
        int workers = 64;
        int failMax = 20;
        Duration resetTimeout = Duration.ofSeconds(60);
        /** Does not wait before repeats. */
        boolean hurry;
        /** Where the token is kept. */
        Function<TestClock, Store> storeOf = clock -> Store.none();
        /** Whether Camel shows itself in JMX, which takes as long as all else of its start. */
        boolean jmx;
        /** Where the route calls; null for KIS. */
        String routeUrl;
        String account = ACCOUNT;
        String key = KEY;
        String secret = SECRET;
        TestClock clock = TestClock.morning();
        /** By which calls and their deadlines go. */
        LongSupplier nanoTime = System::nanoTime;
        Processor budgetStep = exchange -> {};
        Supplier<SendSlot> tokenSlot = () -> null;
    }

    Fixture(URI url) {
        this(url, "", options -> {});
    }

    Fixture(URI url, Consumer<Options> configure) {
        this(url, "", configure);
    }

    /** @param routes further ones, beside the shipped */
    Fixture(URI url, String routes, Consumer<Options> configure) {
        Options options = new Options();
        configure.accept(options);
        clock = options.clock;
        nanoTime = options.nanoTime;
        KisEnvironment environment = new KisEnvironment("TEST", options.virtual, url);
        KisCredentials credentials = new KisCredentials(options.key, options.secret, options.account, "01");
        KisTimeouts timeouts = new KisTimeouts(options.connect, options.read, options.call);
        int threads = options.workers + KisWorkers.FOR_ORDERS;
        workers = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(options.workers));
        timer = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                waits.add(Duration.of(delay, unit.toChronoUnit()));
                return super.schedule(task, options.hurry ? 0 : delay, unit);
            }
        };
        http = new KisHttp(url, credentials, timeouts, options.workers, deadlines, options.nanoTime, Runnable::run);
        CallBudget spend = urgency -> {
            budget.add(urgency);
            return CompletableFuture.completedFuture(options.tokenSlot.get());
        };
        TokenIssuer issuer = new TokenIssuer(environment, credentials, http, spend, clock, options.nanoTime);
        KeptToken kept = new KeptToken(options.storeOf.apply(clock), "token", new TokenCipher(options.secret, "test"), clock);
        tokens = new Tokens(issuer::issue, kept, clock, clock::nanos);
        breaker = new KisBreaker(options.failMax, options.resetTimeout, clock::nanos);
        caller = new KisCaller(tokens, breaker, timeouts, throttled::incrementAndGet, timer, options.nanoTime,
                new Random(1));
        if (!options.jmx) {
            context.disableJMX();
        }
        template = context.createProducerTemplate();
        OwnCalls own = new OwnCalls(context, options.nanoTime);
        names = new StockNames(code -> own.ask("direct:stock-name", own.call("name-" + code, "stock-name", "stock-name"),
                Map.of("stock_code", code), ObjectNode.class), clock::nanos);
        context.getRegistry().bind("kis", new KisComponent(caller, environment, names, clock, "direct:kis?block=false"));
        context.getRegistry().bind("kis-account-budget", (Processor) exchange -> {
            budget.add(Urgency.of(exchange));
            options.budgetStep.process(exchange);
        });
        context.getRegistry().bind("kis-worker", new KisWorkers(workers, options.workers, thread -> false, 0, deadlines));
        context.getRegistry().bind("kis-request", new KisRequest(tokens, breaker, http, options.nanoTime));
        context.getRegistry().bind("kis-reply", new KisReply());
        context.getRegistry().bind("kis-http", http);
        context.getRegistry().bind("kis-circuit-breaker", breaker.circuitBreaker());
        context.getPropertiesComponent().addInitialProperty("kis.base-url", options.routeUrl == null ? url.toString() : options.routeUrl);
        context.getPropertiesComponent().addInitialProperty("trading.mode", environment.name());
        context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        try {
            ShippedRoutes.load(context, "kis", "market-data", "account", "trading");
            if (!routes.isEmpty()) {
                PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("test.camel.yaml", routes));
            }
            context.start();
        } catch (Exception e) {
            close();
            throw new IllegalStateException(e);
        }
        template.start();
    }

    Result send(String endpoint, Map<String, Object> variables) {
        return send(endpoint, variables, false);
    }

    Result order(String endpoint, Map<String, Object> variables) {
        return send(endpoint, variables, true);
    }

    Result order(String endpoint, Map<String, Object> variables, ClaimedOrder order) {
        Call call = new Call("request-1", "test", "/test", true, nanoTime);
        call.attribute(ClaimedOrder.class, order);
        return send(endpoint, variables, call);
    }

    /** A lookup of an order in doubt, as the gateway makes it on its own account. */
    Result lookUp(String endpoint, Map<String, Object> variables) {
        Call call = new Call("lookup-1", "test", "/test", false, nanoTime);
        call.attribute(OrderLookup.class, OrderLookup.LOOKUP);
        return send(endpoint, variables, call);
    }

    private Result send(String endpoint, Map<String, Object> variables, boolean mutating) {
        return send(endpoint, variables, new Call("request-1", "test", "/test", mutating, nanoTime));
    }

    private Result send(String endpoint, Map<String, Object> variables, Call call) {
        Exchange exchange = new DefaultExchange(context);
        call.attachTo(exchange);
        exchange.setVariable("price", 0);
        exchange.setVariable("exchange", "KRX");
        exchange.setVariable("order_type", "market");
        exchange.setVariable("ord_dvsn", "01");
        if (call.orderFate() != OrderFate.NO_ORDER && call.attribute(ClaimedOrder.class) == null) {
            call.attribute(ClaimedOrder.class, new AnyOrder());
        }
        variables.forEach(exchange::setVariable);
        exchange.getMessage().setHeader("Authorization", "Bearer the-callers-own");
        exchange.getMessage().setHeader("X-Inbound", "inbound");
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/inbound");
        exchange.getMessage().setHeader(Exchange.HTTP_URI, "http://inbound.invalid");
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, "inbound=1");
        exchange.getMessage().setBody("{\"inbound\":true}");
        template.send(endpoint, exchange);
        Object body = exchange.getMessage().getBody();
        return new Result(body instanceof ObjectNode reply ? reply : null, exchange.getException(), call, exchange);
    }

    @Override
    public void close() {
        context.stop();
        timer.shutdownNow();
        deadlines.shutdownNow();
        workers.shutdownNow();
        if (tokens != null) {
            tokens.close();
        }
        if (http != null) {
            http.close();
        }
    }
}
