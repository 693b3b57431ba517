package io.kisgateway.realtime;

import io.kisgateway.call.StreamClient;
import io.kisgateway.realtime.SessionState.Held;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.CamelContext;

/** One session with KIS's WebSocket for all instances, and any number of listeners. */
public final class RealtimeModule implements GatewayModule {

    private final RealtimeSettings settings;
    private final Runtime runtime;
    private final SecureRandom random = new SecureRandom();
    private final RecordHub hub;
    private final Vertx vertx;
    private final SharedSession session;
    private OrderNotices notices;

    /** @param approvalKey asks KIS for one; the argument is one that KIS has refused, or null */
    public RealtimeModule(RealtimeSettings settings, Runtime runtime, Function<String, CompletionStage<String>> approvalKey) {
        this.settings = settings;
        this.runtime = runtime;
        this.hub = new RecordHub(runtime.workers(), runtime.clock());
        // A thread of its own, that no listener's connection keeps waiting.
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(new FileSystemOptions()
                .setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        this.session = session(new KisSession.Access(settings.address(), approvalKey), vertx.getOrCreateContext());
        hub.session(session);
    }

    private SharedSession session(KisSession.Access kis, Context thread) {
        String self = UUID.randomUUID().toString().substring(0, 13);
        Instances instances = runtime.redis()
                .<Instances>map(redis -> new RedisInstances(redis, settings.scope(), self, runtime.timers()))
                .orElseGet(() -> Instances.alone(self, runtime.clock().millis()));
        Function<KisSession.Observer, KisSession> sessions =
                observer -> new KisSession(kis, vertx, thread, runtime.clock(), runtime.nanoTime(), runtime.random(), observer);
        return new SharedSession(instances, sessions, hub, vertx, thread, runtime.clock(), runtime.nanoTime());
    }

    /** @param stocks is told for which stock KIS has sent a notice of an order */
    public void notices(Consumer<String> stocks) {
        settings.htsId().filter(id -> settings.on()).ifPresent(id -> notices =
                new OrderNotices(hub, new Registration(settings.virtual() ? "H0STCNI9" : "H0STCNI0", id), runtime.timers(), stocks));
    }

    @Override
    public void started(CamelContext camelContext) {
        if (notices != null) {
            notices.begin();
        }
    }

    public boolean isOn() {
        return settings.on();
    }

    public RecordHub hub() {
        return hub;
    }

    /**
     * Takes the connections of clients of KIS, each with the request that it was.
     *
     * @param visitors whose an approval key is
     * @param refusals does not block
     */
    public BiConsumer<ServerWebSocket, HttpServerRequest> clientsOfKis(Function<String, Optional<StreamClient>> visitors,
            RefusalListener refusals) {
        return (socket, request) -> new KisListener(socket, ((HttpServerRequestInternal) request).context(),
                ((ConnectionBase) request.connection()).channel(), hub, visitors, refusals, runtime.clock(), NoticeKey.random(random))
                .begin();
    }

    /** Takes a registration from all listeners of all instances. @return whether anybody had it, as far as is known here */
    public boolean lose(Registration registration, String reason) {
        return session.lose(registration, reason);
    }

    /** How the session is, as this instance sees it. */
    public SessionState state() {
        Saying.State heard = session.heard();
        List<Held> held = heard == null ? List.of()
                : heard.accepted().stream().map(one -> new Held(one.registration(), one.clients())).toList();
        return new SessionState(settings.on(), heard != null && heard.connected(),
                Optional.ofNullable(heard).map(state -> Instant.ofEpochMilli(state.since())), session.self(),
                Optional.ofNullable(heard).map(Saying.State::holder), Optional.ofNullable(hub.gap()), held, hub.listeners(), hub.records(),
                hub.lag(), hub.dropped(), heard == null ? 0 : heard.malformed(), heard == null ? 0 : heard.reconnects());
    }

    /** Listeners are told to go elsewhere; another instance gets the session. */
    public void leave() {
        hub.close();
        session.close();
    }

    @Override
    public void close() {
        leave();
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).exceptionally(failure -> null).join();
    }
}
