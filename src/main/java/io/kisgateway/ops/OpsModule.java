package io.kisgateway.ops;

import io.kisgateway.access.PortPolicy;
import io.kisgateway.call.AuditEvent;
import io.kisgateway.call.Call;
import io.kisgateway.call.Client;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.kis.KisAnswer;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.Version;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedRoute;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;

/** What operators see and steer, and the port they do it on. */
public final class OpsModule implements GatewayModule {

    public static final Set<String> STEPS = Set.of("health", "health-live", "health-ready", "stats");

    private final OpsSettings settings;
    private final Sources sources;
    private final Controls controls;
    private final RequestStats requests;
    private final SentOrders sent = new SentOrders();
    private final Metrics metrics;
    private final AuditLog audit;
    private final CallRecorder calls;
    private final KisWatch kis;
    private final BreakerHistory history;
    private final RealtimeView realtime;
    private final Status status;
    private final ConsoleData console;
    private final ManagementServer management;
    private final Runtime runtime;
    private LateJmx jmx;
    private Tracing tracing;

    /** @param keeper of refusals and operators' actions; does not block */
    public OpsModule(OpsSettings settings, Runtime runtime, Sources sources, Controls controls, PortPolicy policy,
            Consumer<AuditEvent> keeper) {
        this.settings = settings;
        this.runtime = runtime;
        this.sources = sources;
        this.controls = controls;
        this.requests = new RequestStats(runtime.clock());
        this.metrics = new Metrics(runtime.clock(), sources);
        this.audit = new AuditLog(runtime.clock(), !policy.admission().isOpen(), keeper);
        this.calls = new CallRecorder(requests, metrics, sent, audit, runtime.clock());
        var unused = runtime.timers().scheduleWithFixedDelay(audit::endOfMinute, 1, 1, TimeUnit.MINUTES);
        this.kis = new KisWatch(runtime.clock());
        this.history = new BreakerHistory(runtime.clock(), sources.breaker());
        this.realtime = new RealtimeView(sources.realtime(), sources.stream(), runtime.clock());
        this.status = new Status(settings.mode(), policy.admission().isOpen() ? "none" : "clients", sources, requests, realtime);
        Diagnosis diagnosis = new Diagnosis(sources, requests, calls, kis, realtime, settings.openPlay(), runtime.clock());
        this.console = new ConsoleData(status, sources, history, requests, calls, kis, sent, realtime, diagnosis, runtime.clock());
        settings.webhook().ifPresent(address -> new AlertWebhook(address, settings.webhookQuiet(), settings.mode(), diagnosis::findings,
                runtime.clock()).start(runtime.timers()));
        this.management = new ManagementServer(policy, settings.open(), audit);
        metrics.bind(realtime::bindTo);
        metrics.watch(requests::watched, sent, status::isReady, settings.mode());
    }

    @Override
    public void configure(CamelContext camelContext) {
        Registry registry = camelContext.getRegistry();
        registry.bind("health", (Processor) exchange -> answer(exchange, status.isReady(), status.health()));
        registry.bind("health-live", (Processor) exchange -> answer(exchange, true, Status.live()));
        registry.bind("health-ready", (Processor) exchange -> answer(exchange, status.isReady(), status.ready()));
        registry.bind("stats", (Processor) exchange -> answer(exchange, true, status.stats()));
        settings.tracing().ifPresent(collector -> tracing = Tracing.start(camelContext, Version.read(), collector));
        jmx = LateJmx.in(camelContext);
        if (!settings.wholeJmx()) {
            camelContext.getManagementStrategy().setManagementObjectStrategy(new RoutesOnly());
        }
        // How many were answered how, and how long KIS takes, is in the gateway's own metrics.
        camelContext.addRoutePolicyFactory((context, id, route) -> ((NamedRoute) route).getEndpointUrl().startsWith("platform-http:")
                ? new RouteTime(metrics.registry()) : null);
        HealthChecks.register(camelContext, sources, realtime);
    }

    private static void answer(Exchange exchange, boolean well, Object body) {
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, well ? 200 : 503);
        exchange.getMessage().setBody(body);
    }

    @Override
    public void started(CamelContext camelContext) throws Exception {
        if (settings.jolokia()) {
            management.jolokia(camelContext, jmx::show);
        }
        management.probe("/health", status::isReady, status::health);
        management.probe("/health/live", () -> true, Status::live);
        management.probe("/health/ready", status::isReady, status::ready);
        management.get("/stats", status::stats);
        management.getText("/metrics", Metrics.CONTENT_TYPE, metrics::scrape);
        management.getText("/observe/metrics", Metrics.CONTENT_TYPE, metrics::scrape);
        management.console();
        management.redirect("/", "/console");
        management.getSlowly("/console/data", console::show);
        Supplier<Map<String, Object>> breaker = () -> Map.of("state", status.breaker().name());
        management.post("/admin/circuit-breaker/reset",
                () -> done(controls.resetBreaker(), breaker, "It could not be written down, and other"
                        + " instances may not have been told: repeat it. A breaker that was forced open stays so here too until it is"));
        management.post("/admin/circuit-breaker/force-open", () -> done(controls.forceBreakerOpen(), breaker,
                "Forced open on this instance; others are told, and it outlives a restart, as soon as it can be written down"));
        management.post("/admin/trading/halt", () -> done(controls.halt(), () -> Map.of("halted", true),
                "Halted on this instance; the journal cannot be reached, and the others are told as soon as it is back"));
        management.post("/admin/trading/resume", () -> done(controls.resume(), () -> Map.of("halted", false),
                "Whether trading goes on is not known: the journal did not answer, and may still do what it was told. Halt or resume again"));
        runtime.soon(jmx::show);
        runtime.soon(metrics::prepare);
        settings.address().listen(() -> management.start(settings.address().host(), settings.address().port()));
    }

    private static Map<String, Object> done(Runnable action, Supplier<Map<String, Object>> state, String inPart)
            throws ManagementServer.Unavailable {
        try {
            action.run();
            return state.get();
        } catch (IllegalStateException e) {
            throw new ManagementServer.Unavailable(inPart, e);
        }
    }

    /** Shows a page to browsers, and a value as JSON to whoever asks for JSON. */
    public void page(String path, Supplier<String> html, Supplier<?> body) {
        management.page(path, html, body);
    }

    public void meters(MeterBinder meters) {
        meters.bindTo(metrics.registry());
    }

    /** @param endpoints the ids of the routes that take permits, from now on */
    public void watch(Collection<String> endpoints) {
        requests.watch(endpoints);
    }

    /**
     * Counts and logs a finished call; does not block.
     *
     * @param exchange what carried it, or null if it reached no route
     * @param problem  what went wrong, or null
     */
    public void finished(Call call, Exchange exchange, int httpStatus, Problem problem) {
        calls.finished(FinishedCall.of(call, variable(exchange, "stock_code"), order(call, exchange), httpStatus, problem));
    }

    /** What the request ordered, as its route's variables have it. */
    private static String order(Call call, Exchange exchange) {
        if (exchange == null || call.orderFate() == OrderFate.NO_ORDER) {
            return null;
        }
        return Stream.of("side", "stock_code", "quantity", "price", "order_type", "exchange", "order_no")
                .filter(name -> exchange.getVariable(name) != null)
                .map(name -> name + "=" + exchange.getVariable(name)).collect(Collectors.joining(" "));
    }

    private static String variable(Exchange exchange, String name) {
        return exchange == null ? null : exchange.getVariable(name, String.class);
    }

    /**
     * Writes down that somebody was refused something on a connection that stays; does not block.
     *
     * @param client null if it is not known
     */
    public void refused(Client client, String address, String what, Problem problem) {
        audit.refused(client, address, what, problem);
    }

    /** Counts an answer of KIS, or an end without one. */
    public void kisAnswered(KisAnswer answer) {
        metrics.kisAnswered(answer.outcome(), answer.code(), answer.nanos());
        kis.answered(answer.outcome(), answer.detail(), answer.nanos());
    }

    /** @param state the breaker's new one */
    public void breakerChanged(String state) {
        metrics.breakerChanged(state);
        history.changed(state);
    }

    /** The management port really listened on. */
    public int port() {
        return management.port();
    }

    @Override
    public void close() {
        management.close();
        audit.endOfMinute();
        metrics.close();
        if (tracing != null) {
            tracing.close();
        }
    }
}
