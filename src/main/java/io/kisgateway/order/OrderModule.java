package io.kisgateway.order;

import io.kisgateway.call.AuditEvent;
import io.kisgateway.call.OwnCalls;
import io.kisgateway.call.RouteStep;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.Retention;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.ManagedBeans;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.settings.InvalidSetting;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import javax.management.JMException;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** All that this package gives to routes and operators, put together. */
public final class OrderModule implements GatewayModule {

    /** The steps that routes may name, as {@link #configure} binds them. */
    public static final Set<String> STEPS = Set.of("order-list", "order-find", "order-journalled", "order-account");

    static final Retention RETENTION = new Retention(Duration.ofDays(7), Duration.ofHours(24));

    /** After so many times the grace an order that was called not placed is looked for once more. */
    private static final int LAST_LOOK = 4;

    private final OrderSettings settings;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Runtime runtime;
    private final Journal journal;
    private final OrderNumbers numbers = new OrderNumbers();
    private final OrderAlarms alarms;
    private final ClientBounds clients;
    private final OrderLifecycle orders;
    private final TradingHalt halt;
    private final AuditTrail audit;
    private Reconciler reconciler;
    private KeyClaims keys;

    private OrderModule(OrderSettings settings, Journal journal, Runtime runtime) {
        this.settings = settings;
        this.clock = runtime.clock();
        this.nanoTime = runtime.nanoTime();
        this.runtime = runtime;
        this.journal = journal;
        this.alarms = new OrderAlarms(clock);
        this.clients = new ClientBounds(journal);
        this.orders = new OrderLifecycle(journal, numbers, alarms, settings.callTimeout(), nanoTime, runtime.timers());
        this.audit = new AuditTrail(journal);
        this.halt = new TradingHalt(journal, clock, settings.halted());
    }

    /** @throws InvalidSetting if another gateway has the files */
    public static OrderModule open(OrderSettings settings, Runtime runtime) {
        String instance = UUID.randomUUID().toString().substring(0, 13);
        RedisConnection redis = runtime.redis().orElse(null);
        if (redis == null) {
            return new OrderModule(settings, inFolder(settings.dataFolder().resolve("orders-" + settings.scope().get()), instance, runtime),
                    runtime);
        }
        return new OrderModule(settings,
                Journal.inRedis(redis, settings.scope(), instance, RETENTION, runtime.clock(), runtime.workers()), runtime);
    }

    private static Journal inFolder(Path folder, String instance, Runtime runtime) {
        try {
            return Journal.inFolder(folder, instance, RETENTION, runtime.clock(), runtime.workers());
        } catch (IllegalStateException e) {
            throw InvalidSetting.because("DATA_DIR cannot be used: " + e.getMessage()
                    + "; give each gateway a folder of its own, or REDIS_URL to share one account");
        }
    }

    /**
     * For checking routes: why an order that this {@code order:} step claims would not be sent by this operation, if so.
     *
     * @param action     such as {@code buy}; what is none is no matter of this
     * @param parameters of the operation
     */
    public static Optional<String> misfit(String action, String path, String trId, Set<String> parameters) {
        return Arrays.stream(Terms.Action.values()).filter(one -> one.wire().equals(action)).findFirst()
                .flatMap(one -> OrderDispatch.misfit(one, path, trId, parameters));
    }

    @Override
    public void configure(CamelContext context) {
        Registry registry = context.getRegistry();
        OrdersAtKis atKis = new OrdersAtKis(new OwnCalls(context, nanoTime), numbers, settings.virtual(), journal.clock());
        // By a timer there, which comes after what connections have brought.
        keys = new KeyClaims(orders, task -> runtime.network().runOnContext(
                here -> runtime.network().owner().setTimer(1, timer -> task.run())), clients, settings.keyRequired(),
                settings.patience());
        OrderGuard guard = new OrderGuard(halt, settings.maxQuantity(), settings.maxValue(), atKis, clients, clock);
        OrderClaims claims = new OrderClaims(keys, guard, new ChangedOrder(orders, atKis), orders, halt, settings.virtual());
        JournalSteps reading = new JournalSteps(journal, atKis, clock);
        registry.bind("order", new OrderComponent(claims));
        registry.bind("order-list", RouteStep.of(reading::list));
        registry.bind("order-account", RouteStep.of(new AccountOrders(journal, atKis)::list));
        registry.bind("order-find", RouteStep.of(reading::find));
        registry.bind("order-journalled", RouteStep.of(reading::journalled));
        KisClock kisClock = new KisClock();
        LookupPace pace = new LookupPace(settings.grace(), settings.unresolved(), journal.instance(), nanoTime);
        LateSightings late = new LateSightings(orders, atKis, kisClock, alarms, settings.grace().multipliedBy(LAST_LOOK));
        Lookup lookup = new Lookup(orders, atKis, kisClock, new Matching(kisClock, numbers, settings.grace()),
                new NotPlaced(settings.grace()), pace, late);
        reconciler = new Reconciler(orders, halt, audit, lookup, pace, late, settings.callTimeout().plusSeconds(5),
                keys::writeUntold);
    }

    /** The routes run: orders in doubt can be looked up, and operators may halt trading. The first look works out the scope. */
    @Override
    public void started(CamelContext context) throws JMException {
        runtime.soon(reconciler::start);
        ManagedBeans.register(context, "name=trading-halt", halt);
    }

    public TradingHalt halt() {
        return halt;
    }

    /** Has it written into the journal; does not block. Of orders only what leaves no entry there need be. */
    public void audit(AuditEvent event) {
        audit.add(event);
    }

    /** KIS has sent a notice of an order for this stock. It proves nothing by itself: orders in doubt are looked up at once. */
    public void noticed(String stockCode) {
        if (reconciler != null) {
            reconciler.noticed(stockCode);
        }
    }

    /** Whose an order of today is, by its number at KIS; empty if the journal does not know it, or nobody needs a key. */
    public CompletionStage<Optional<String>> clientOf(String orderNo) {
        return journal.findByNumber(orderNo).thenApply(found -> found
                .filter(entry -> entry.day().equals(KoreanTime.date(journal.clock().instant()))).map(entry -> entry.origin().client()));
    }

    /** How orders are, as of a moment ago. */
    public OrdersState state() {
        return OrdersState.of(reconciler == null ? List.of() : reconciler.inDoubt(), halt.isHalted(), journal.state(),
                alarms.all());
    }

    /** Orders that may be at KIS this very moment, so that the process must not end. */
    public int inFlight() {
        return orders.inFlight();
    }

    @Override
    public void close() {
        if (reconciler != null) {
            reconciler.close();
        }
        if (keys != null) {
            keys.close();
        }
        audit.close();
        journal.close();
    }
}
