package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.kisgateway.call.OwnCalls;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.ManagedBeans;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.Workers;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Everything between a route and KIS: {@code kis:} and the steps of the one route that asks KIS. */
public final class KisModule implements GatewayModule {

    public static final Set<String> STEPS = Set.of("kis-worker", "kis-request", "kis-http", "kis-circuit-breaker",
            "kis-circuit-breakers", "kis-reply");

    private final KisSettings settings;
    private final Runtime runtime;
    private final Workers workers;
    private final KisBreaker breaker;
    private final KisHttp http;
    private final BreakerSwitch operator;
    private final Tokens tokens;
    private final KisCaller caller;
    private final ApprovalKeys approvals;
    private StockNames names;

    /**
     * @param budget   leave of the account's budget for a call that belongs to no request
     * @param slowDown is told whenever KIS said "too many"
     */
    public KisModule(KisSettings settings, Runtime runtime, CallBudget budget, Runnable slowDown) {
        this.settings = settings;
        this.runtime = runtime;
        this.workers = new Workers("kis", 0, settings.connections() + KisWorkers.FOR_ORDERS);
        this.breaker = new KisBreaker(settings.failMax(), settings.resetTimeout(), runtime.nanoTime());
        this.http = new KisHttp(settings.environment().baseUrl(), settings.credentials(), settings.timeouts(), settings.connections(),
                runtime.timers(), runtime.nanoTime(), runtime.workers());
        this.operator = new BreakerSwitch(breaker, runtime.store(), runtime.redis().isPresent(), "breaker:" + settings.scope(),
                runtime.clock());
        breaker.operatedBy(operator);
        this.tokens = Tokens.open(settings.environment(), settings.credentials(), http, budget,
                runtime.kisStore(), runtime.clock(), runtime.nanoTime());
        this.approvals = new ApprovalKeys(new TokenIssuer(settings.environment(), settings.credentials(), http, budget, runtime.clock(),
                runtime.nanoTime())::approvalKey, workers, runtime.nanoTime());
        this.caller = new KisCaller(tokens, breaker, settings.timeouts(), slowDown, runtime.timers(), runtime.nanoTime(), runtime.random());
    }

    @Override
    public void configure(CamelContext camelContext) {
        camelContext.getPropertiesComponent().addOverrideProperty("kis.base-url", settings.environment().baseUrl().toString());
        camelContext.getPropertiesComponent().addOverrideProperty("trading.mode", settings.environment().name());
        Registry registry = camelContext.getRegistry();
        OwnCalls own = new OwnCalls(camelContext, runtime.nanoTime());
        names = new StockNames(code -> CompletableFuture.supplyAsync(() -> own.ask("direct:stock-name",
                own.call("name-" + code, "stock-name", "stock-name"), Map.of("stock_code", code), ObjectNode.class), workers)
                .thenCompose(asked -> asked), runtime.nanoTime());
        registry.bind("kis", new KisComponent(caller, settings.environment(), names, runtime.clock(), "direct:kis?block=false"));
        registry.bind("kis-worker",
                new KisWorkers(workers, settings.connections(), runtime.workers()::mayHold, runtime.spareWorkers(), runtime.timers()));
        registry.bind("kis-request", new KisRequest(tokens, breaker, http, runtime.nanoTime()));
        registry.bind("kis-http", http);
        registry.bind("kis-circuit-breaker", breaker.circuitBreaker());
        registry.bind("kis-circuit-breakers", breaker.registry());
        registry.bind("kis-reply", new KisReply());
    }

    @Override
    public void started(CamelContext camelContext) throws Exception {
        http.awaitReady();
        if (runtime.redis().isPresent()) {
            var unused = runtime.timers().scheduleWithFixedDelay(operator::refresh, 0, 1, TimeUnit.SECONDS);
        } else {
            // Nobody else has a say; what was said before a restart holds.
            operator.refresh();
        }
        var unused = runtime.timers().scheduleWithFixedDelay(tokens::tend, 1, 1, TimeUnit.MINUTES);
        ManagedBeans.register(camelContext, "type=CircuitBreaker", breaker);
    }

    public KisBreaker breaker() {
        return breaker;
    }

    /** What KIS has said of operations that it does not know, by path and TR id. */
    public Map<String, String> unknownOperations() {
        return caller.unknownOperations();
    }

    /** A key for KIS's WebSocket. @param refused one that KIS has refused, or null */
    public CompletionStage<String> approvalKey(String refused) {
        return approvals.get(refused);
    }

    public TokenState token() {
        return tokens.state();
    }

    /** The name of a stock or index, while it is known. */
    public Optional<String> stockName(String code) {
        return names.name(code);
    }

    /** @param observer is told of every answer of KIS, and of every end without one */
    public void onAnswer(Consumer<KisAnswer> observer) {
        caller.onAnswer(observer);
    }

    /** The breaker's, under Resilience4j's own names. */
    public MeterBinder meters() {
        return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breaker.registry());
    }

    @Override
    public void close() {
        tokens.close();
        http.close();
        workers.close();
    }
}
