package io.kisgateway.ops;

import io.kisgateway.call.OrderFate;
import io.kisgateway.kis.TokenState;
import io.kisgateway.order.OrderAlarms;
import io.kisgateway.runtime.Version;
import io.kisgateway.throttle.ThrottleState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the gateway counts and measures, for Prometheus. Labels are route ids, our own codes and KIS's listed codes, so
 * that there are only so many series; a scrape reads memory only.
 */
final class Metrics implements AutoCloseable {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final List<String> STATES = List.of("closed", "open", "half-open", "forced-open");
    private static final Duration[] BUCKETS = {Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofNanos(2_500_000),
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
        Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(5),
        Duration.ofSeconds(10), Duration.ofSeconds(30)};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MeterProvider<Counter> clients = Counter.builder("kis.gateway.client.requests")
            .description("Requests of each client, by what came of them").withRegistry(registry);
    private final Map<String, EndpointMeters> requests = new ConcurrentHashMap<>();
    private final Map<String, List<Meter>> permits = new ConcurrentHashMap<>();
    private final MeterProvider<Counter> kisReplies = Counter.builder("kis.gateway.kis.replies")
            .description("Replies of KIS and ends without one, by class and msg_cd").withRegistry(registry);
    private final MeterProvider<Timer> kisCalls = timers("kis.gateway.kis.call.duration", "One request to KIS, by class of its reply")
            .withRegistry(registry);
    private final MeterProvider<Counter> transitions = Counter.builder("kis.gateway.breaker.transitions")
            .description("Changes of the circuit breaker's state").withRegistry(registry);
    private final MeterProvider<Counter> orderCalls = Counter.builder("kis.gateway.order.calls")
            .description("Buy and sell calls that ended, by whether the order exists").withRegistry(registry);
    private final InstantSource clock;
    private final Sources sources;
    private final List<MeterBinder> unread = new ArrayList<>(List.of(this::watchJvm));
    private JvmGcMetrics garbage;
    private Supplier<Collection<String>> endpoints = List::of;

    Metrics(InstantSource clock, Sources sources) {
        this.clock = clock;
        this.sources = sources;
    }

    /** Where others, Camel for one, add meters of their own. */
    MeterRegistry registry() {
        return registry;
    }

    // Told as things happen

    void finished(FinishedCall call) {
        requests.computeIfAbsent(call.endpoint(), id -> new EndpointMeters(registry, id)).add(call);
        if (call.client() != null) {
            clients.withTags("client", call.client(), "result", result(call)).increment();
        }
        if (call.orderFate() != OrderFate.NO_ORDER) {
            orderCalls(call.orderFate()).increment();
        }
    }

    private Counter orderCalls(OrderFate outcome) {
        return orderCalls.withTag("outcome", outcome.name().toLowerCase(Locale.ROOT));
    }

    /** One of four, so that clients times results stay few. */
    private static String result(FinishedCall call) {
        return call.succeeded() ? "success" : call.rateLimited() ? "rate_limited" : call.status() < 500 ? "refused" : "failed";
    }

    /**
     * @param outcome the class of the reply
     * @param code    a listed code of KIS, or a form of reply: never free text
     */
    void kisAnswered(String outcome, String code, long nanos) {
        kisReplies.withTags("class", outcome, "msg_cd", code).increment();
        kisCalls.withTag("class", outcome).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param state the breaker's new one */
    void breakerChanged(String state) {
        transitions.withTag("to", state).increment();
    }

    // Read at each scrape

    /** @param binder of meters that only read; they are made at the next {@link #prepare}, as together they take a while */
    synchronized void bind(MeterBinder binder) {
        unread.add(binder);
    }

    /** @param endpoints the ids of those that take permits */
    void watch(Supplier<Collection<String>> endpoints, SentOrders sent, BooleanSupplier ready, String mode) {
        this.endpoints = endpoints;
        bind(ignored -> {
            watchGateway(ready, mode);
            watchBreaker();
            watchThrottle();
            watchToken();
            watchOrders(sent);
        });
    }

    private void watchJvm(MeterRegistry meters) {
        garbage = new JvmGcMetrics();
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ProcessorMetrics(), new UptimeMetrics(), garbage)
                .forEach(binder -> binder.bindTo(meters));
    }

    private void watchBreaker() {
        for (String state : STATES) {
            gauge("kis.gateway.breaker.state", "1 for the state that the circuit breaker is in", Tags.of("state", state),
                    () -> sources.breaker().get().is(state) ? 1 : 0);
            transitions.withTag("to", state);
        }
        gauge("kis.gateway.breaker.consecutive.failures", "The present run of consecutive failures", Tags.empty(),
                () -> sources.breaker().get().failCounter());
        gauge("kis.gateway.breaker.consecutive.failures.max", "The run that opens the breaker", Tags.empty(),
                () -> sources.breaker().get().failMax());
    }

    private void watchThrottle() {
        Supplier<ThrottleState> now = sources.throttle();
        gauge("kis.gateway.account.pacing.ratio", "Share of KIS's rate that is used; below 1 after KIS said too many", Tags.empty(),
                () -> now.get().accountPacing());
        gauge("kis.gateway.limiter.degraded", "1 while limits are kept without the Redis that should hold them", Tags.empty(),
                () -> now.get().degraded() ? 1 : 0);
        gauge("kis.gateway.redis.configured", "1 if limits are shared through Redis", Tags.empty(), () -> now.get().shared() ? 1 : 0);
        gauge("kis.gateway.redis.up", "1 while Redis answers in time, 0 while it does not or there is none", Tags.empty(),
                () -> now.get().shared() && !now.get().degraded() ? 1 : 0);
    }

    private void watchToken() {
        Supplier<TokenState> token = sources.token();
        TimeGauge.builder("kis.gateway.token.age", () -> seconds(token.get().issuedAt(), clock.instant()), TimeUnit.SECONDS)
                .description("Age of the access token; NaN if there is none").strongReference(true).register(registry);
        TimeGauge.builder("kis.gateway.token.remaining", () -> seconds(clock.instant(), token.get().expiresAt()), TimeUnit.SECONDS)
                .description("Time until the access token ends; NaN if there is none").strongReference(true).register(registry);
        gauge("kis.gateway.token.refused", "1 while KIS does not take the token held", Tags.empty(), () -> token.get().refused() ? 1 : 0);
        counter("kis.gateway.token.issues", "Times that KIS was asked for a token", Tags.of("result", "issued"),
                () -> token.get().issues());
        counter("kis.gateway.token.issues", "Times that KIS was asked for a token", Tags.of("result", "failed"),
                () -> token.get().failures());
        counter("kis.gateway.token.refusals", "Tokens that KIS ended early", Tags.empty(), () -> token.get().refusals());
    }

    private static double seconds(Instant from, Instant to) {
        return from == null || to == null ? Double.NaN : Duration.between(from, to).toMillis() / 1000.0;
    }

    private void watchOrders(SentOrders sent) {
        for (OrderFate fate : OrderFate.values()) {
            orderCalls(fate);
        }
        for (String state : sent.byState().keySet()) {
            gauge("kis.gateway.orders", "Orders by the state they are in", Tags.of("state", state), () -> sent.byState().get(state));
        }
        gauge("kis.gateway.orders.unresolved", "Orders of which nobody knows whether KIS took them", Tags.empty(),
                () -> sources.orders().get().inDoubt().size());
        TimeGauge.builder("kis.gateway.orders.unresolved.oldest", () -> sources.orders().get().inDoubt().stream().findFirst()
                .map(oldest -> seconds(oldest.since(), clock.instant())).orElse(0.0), TimeUnit.SECONDS)
                .description("Age of the oldest of them").strongReference(true).register(registry);
        gauge("kis.gateway.journal.writable", "1 while orders can be written down; else every order is refused", Tags.empty(),
                () -> sources.orders().get().writable() ? 1 : 0);
        gauge("kis.gateway.journal.unreadable.entries", "Entries of the journal that cannot be read; each still holds its key",
                Tags.empty(),
                () -> sources.orders().get().unreadable());
        for (OrderAlarms.Kind kind : OrderAlarms.Kind.values()) {
            counter("kis.gateway.order.alarms", "What should never be seen of orders: each is an ERROR in the log", Tags.of("kind",
                    kind.name().toLowerCase(Locale.ROOT)),
                    () -> sources.orders().get().alarms().stream()
                            .filter(alarm -> alarm.kind() == kind).mapToLong(OrderAlarms.Alarm::count).sum());
        }
        gauge("kis.gateway.trading.halted", "1 while new orders are refused by an operator", Tags.empty(),
                () -> sources.orders().get().halted() ? 1 : 0);
    }

    private void watchGateway(BooleanSupplier ready, String mode) {
        gauge("kis.gateway.info", "Always 1; its labels say what runs", Tags.of("version", Version.read(), "mode", mode), () -> 1);
        gauge("kis.gateway.ready", "1 while calls can be served", Tags.empty(), () -> ready.getAsBoolean() ? 1 : 0);
        gauge("kis.gateway.routes.failed", "Problems in route files whose last change was not taken", Tags.empty(),
                () -> sources.routes().get().failed().size());
        gauge("kis.gateway.routes.paused", "Routes that an operator has stopped or suspended", Tags.empty(),
                () -> sources.routes().get().paused().size());
        gauge("kis.gateway.requests.running", "Calls that have begun and not ended", Tags.empty(), () -> sources.running().getAsInt());
        counter("kis.gateway.log.lines.dropped", "Log lines not written since the reader of the output is too slow", Tags.empty(),
                Logs::dropped);
        // So that rates and ratios have a zero to start from.
        KisWatch.OUTCOMES.forEach(outcome -> {
            kisReplies.withTags("class", outcome, "msg_cd", "other");
            kisCalls.withTag("class", outcome);
        });
    }

    private Meter gauge(String name, String meaning, Tags tags, Supplier<Number> value) {
        return Gauge.builder(name, value).description(meaning).tags(tags).strongReference(true).register(registry);
    }

    private Meter counter(String name, String meaning, Tags tags, LongSupplier value) {
        return FunctionCounter.builder(name, this, self -> value.getAsLong()).description(meaning).tags(tags).register(registry);
    }

    static Timer.Builder timers(String name, String meaning) {
        return Timer.builder(name).description(meaning).serviceLevelObjectives(BUCKETS);
    }

    /** Makes the meters of all that is known so far. */
    synchronized void prepare() {
        unread.forEach(binder -> binder.bindTo(registry));
        unread.clear();
        Collection<String> present = endpoints.get();
        permits.keySet().stream().filter(id -> !present.contains(id)).toList()
                .forEach(gone -> permits.remove(gone).forEach(registry::remove));
        present.forEach(id -> {
            permits.computeIfAbsent(id, this::watchEndpoint);
            requests.computeIfAbsent(id, unseen -> new EndpointMeters(registry, unseen));
        });
    }

    synchronized String scrape() {
        prepare();
        return registry.scrape();
    }

    private List<Meter> watchEndpoint(String id) {
        Tags endpoint = Tags.of("endpoint", id);
        List<Meter> meters = new ArrayList<>();
        meters.add(gauge("kis.gateway.queue.length", "Calls that wait for a permit", endpoint,
                () -> sources.endpoint().apply(id).queueLength()));
        meters.add(gauge("kis.gateway.queue.longest.wait.seconds", "The longest wait of those who wait now", endpoint,
                () -> sources.endpoint().apply(id).longestWaitMillis() / 1000.0));
        meters.add(counter("kis.gateway.permits", "Permits by what became of the ask", endpoint.and("outcome", "granted"),
                () -> sources.endpoint().apply(id).granted()));
        meters.add(counter("kis.gateway.permits", "Permits by what became of the ask", endpoint.and("outcome", "refused"),
                () -> sources.endpoint().apply(id).refused()));
        meters.add(counter("kis.gateway.coalesced", "Calls served by another's call to KIS", endpoint,
                () -> sources.endpoint().apply(id).coalesced()));
        meters.add(FunctionTimer.builder("kis.gateway.permit.decision", this, self -> sources.endpoint().apply(id).decisions(),
                self -> sources.endpoint().apply(id).decisionNanos(), TimeUnit.NANOSECONDS)
                .description("Time that the limiter, and Redis behind it, took to decide").tags(endpoint).register(registry));
        meters.add(gauge("kis.gateway.permits.limit", "Permits a second that the limits allow at most", endpoint,
                () -> sources.endpoint().apply(id).windows().stream().mapToDouble(w -> (double) w.permits() / w.seconds()).min()
                        .orElse(0)));
        return meters;
    }

    @Override
    public synchronized void close() {
        if (garbage != null) {
            garbage.close();
        }
        registry.close();
    }
}
