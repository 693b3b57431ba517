package io.kisgateway.stream;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.RouteStep;
import io.kisgateway.realtime.RecordListener;
import io.kisgateway.realtime.Registration;
import io.kisgateway.realtime.SessionState;
import io.kisgateway.realtime.Subscription;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.ManagedBeans;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.settings.InvalidSetting;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.management.JMException;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;

/** Realtime records as JSON, for any number of listeners. */
public final class StreamModule implements GatewayModule {

    public static final Set<String> STEPS = Set.of("realtime-publish", "realtime-stream", "realtime-ws", "realtime-subscribe",
            "realtime-unsubscribe", "realtime-status");

    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final String KEPT = "realtime:kept:";

    private final Runtime runtime;
    private final Kinds kinds;
    private final Snapshots snapshots;
    private final Feed feed;
    private final HeldCodes held;
    private final RedisStreamTap tap;
    private final StreamSteps steps;
    private final StatusReply status;
    private final RealtimeControl control;

    /**
     * @param upstream opens a subscription to records
     * @param session  how the session with KIS is
     * @param lose     takes a registration from all who have it
     * @param owners   whose an order of today is, by its number
     */
    public StreamModule(StreamSettings settings, Runtime runtime, Function<RecordListener, Subscription> upstream,
            Supplier<SessionState> session, Predicate<Registration> lose, Function<String, CompletionStage<Optional<String>>> owners) {
        this.runtime = runtime;
        this.kinds = new Kinds(settings.virtual(), runtime.timers());
        this.snapshots = new Snapshots(kinds, runtime.nanoTime());
        this.tap = settings.stream().isEmpty() ? null : new RedisStreamTap(runtime.redis().orElseThrow(
                () -> InvalidSetting.because("REALTIME_STREAM needs a Redis: set REDIS_URL")), settings.stream().get(),
                settings.streamMost(), this::isHeld);
        this.feed =
                new Feed(kinds, settings.htsId(), upstream, snapshots, new OrderOwners(owners, runtime.timers()),
                        tap == null ? event -> {} : tap, runtime.timers(), runtime.clock());
        this.held = new HeldCodes(kept(settings, runtime), feed.registrations(), () -> mayHold(session.get()));
        this.steps = new StreamSteps(feed, held, settings.listeners());
        this.status = new StatusReply(session, feed, held, settings.stream());
        this.control = new RealtimeControl(session, feed, lose);
    }

    private static KeptCodes kept(StreamSettings settings, Runtime runtime) {
        return runtime.redis().<KeptCodes>map(redis -> new KeptCodes.InRedis(redis, KEPT + settings.scope()))
                .orElseGet(() -> new KeptCodes.InStore(runtime.kisStore(), "realtime-kept-" + settings.scope()));
    }

    /** While nobody has the session, whoever wants something of it may get it. */
    private static boolean mayHold(SessionState state) {
        return state.holder().map(state.instance()::equals).orElse(true);
    }

    private boolean isHeld(Channel channel) {
        return held.has(channel);
    }

    @Override
    public void configure(CamelContext camelContext) {
        Registry registry = camelContext.getRegistry();
        registry.bind("realtime", new RealtimeComponent(kinds));
        registry.bind("realtime-publish", (Processor) steps::publish);
        registry.bind("realtime-stream", RouteStep.of(steps::stream));
        registry.bind("realtime-ws", (Processor) steps::socket);
        registry.bind("realtime-subscribe", RouteStep.of(steps::subscribe));
        registry.bind("realtime-unsubscribe", RouteStep.of(steps::unsubscribe));
        registry.bind("realtime-status", (Processor) status::answer);
    }

    @Override
    public void started(CamelContext camelContext) throws JMException {
        ManagedBeans.register(camelContext, "type=Realtime", control);
        snapshots.start(camelContext, feed::snapshot);
        held.start(runtime.timers());
        var unused =
                runtime.timers().scheduleWithFixedDelay(feed::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Who is told of what a reader of a WebSocket may not have; does not block. */
    public void onRefused(BiConsumer<Call, Problem> told) {
        steps.onRefused(told);
    }

    /** Tells all listeners that this instance is going down. */
    public void dismiss() {
        feed.close();
    }

    public int listeners() {
        return feed.count();
    }

    public StreamState state() {
        return tap == null ? feed.state(0, 0) : feed.state(tap.added(), tap.lost());
    }

    @Override
    public void close() {
        feed.close();
        feed.registrations().close();
    }
}
