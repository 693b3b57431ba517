package io.kisgateway.realtime;

import io.kisgateway.realtime.KisFrame.Answer;
import io.kisgateway.realtime.KisFrame.Data;
import io.kisgateway.realtime.KisFrame.Ping;
import io.kisgateway.realtime.KisFrame.Unreadable;
import io.kisgateway.runtime.Stages;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one session with KIS's WebSocket: there while something is registered, and made again when it is lost, ever less often
 * (facts 11.2). Used by its context's thread only.
 */
final class KisSession {

    private static final Logger LOG = LoggerFactory.getLogger(KisSession.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** KIS sends a PINGPONG more often (facts 11.1). */
    private static final Duration SILENCE = Duration.ofSeconds(25);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration LINGER = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    /** A session that has lasted so long was a good one. */
    private static final Duration GOOD = Duration.ofSeconds(30);
    /** A frame that cannot be read may have been records; for so long after it they may be lost, and ever longer while such frames go on. */
    private static final Duration DOUBT = Duration.ofMillis(100);
    private static final Duration LONGEST_DOUBT = Duration.ofSeconds(30);
    private static final String UNREADABLE = "KIS has sent what cannot be read";
    private static final int MOST_DOUBLINGS = 7;
    private static final int LARGEST_MESSAGE = 1024 * 1024;

    /** Told of everything, on the context's thread. */
    interface Observer {

        /** @param trKey empty if it cannot be told whose it is */
        void record(String trId, String trKey, String text);

        /** Something of {@link #isWhole}, {@link #since} or what is registered is different. */
        void changed();

        /** KIS has accepted it once, but not this time. */
        void lost(Registration registration, RegistrationAnswer said);
    }

    /**
     * How to get to KIS.
     *
     * @param address     of the WebSocket
     * @param approvalKey gets one; the argument is one that KIS has refused, or null
     */
    record Access(URI address, Function<String, CompletionStage<String>> approvalKey) {}

    private final Access access;
    private final Vertx vertx;
    private final Context context;
    private final WebSocketClient client;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Observer observer;
    private final RegistrationLine line = new RegistrationLine();
    private final Map<String, NoticeKey> keys = new HashMap<>();
    private WebSocket socket;
    private String approval;
    private String refusedApproval;
    private boolean busy;
    private boolean closed;
    private int failures;
    private int life;
    private long openedAt;
    private long notBefore;
    private long heardAt;
    private Instant since;
    private Instant heard;
    private Instant brokenSince;
    private String trouble = "It has not been connected yet";
    private long malformed;
    private Instant doubtSince;
    private long doubtUntil;
    private long doubtNanos;
    private long reconnects;

    KisSession(Access access, Vertx vertx, Context context, InstantSource clock, LongSupplier nanoTime, RandomGenerator random,
            Observer observer) {
        this.access = access;
        this.vertx = vertx;
        this.context = context;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.random = random;
        this.observer = observer;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxMessageSize(LARGEST_MESSAGE)
                .setMaxFrameSize(LARGEST_MESSAGE).setConnectTimeout((int) CONNECT.toMillis()).setTcpKeepAlive(true));
        this.since = clock.instant();
        this.notBefore = nanoTime.getAsLong();
        this.doubtUntil = notBefore;
    }

    /** @return completed when KIS has answered; refused at once where there are too many */
    CompletionStage<RegistrationAnswer> want(Registration registration) {
        CompletionStage<RegistrationAnswer> answer = line.add(registration);
        if (socket == null) {
            connect();
        } else {
            next();
        }
        return answer;
    }

    void unwant(Registration registration) {
        line.remove(registration, socket != null);
        if (socket != null) {
            next();
        }
        if (line.isEmpty()) {
            int now = life;
            vertx.setTimer(LINGER.toMillis(), timer -> {
                if (now == life && line.isEmpty() && socket != null) {
                    leave();
                    trouble = "Nothing is registered";
                    changed();
                }
            });
        }
    }

    private void connect() {
        if (busy || closed || socket != null || line.isEmpty() || nanoTime.getAsLong() - notBefore < 0) {
            return;
        }
        busy = true;
        int now = ++life;
        Future<WebSocket> opened = Future.fromCompletionStage(access.approvalKey().apply(refusedApproval), context).compose(key -> {
            approval = key;
            return client.connect(new WebSocketConnectOptions().setAbsoluteURI(access.address().toString()));
        });
        opened.onComplete(result -> context.runOnContext(ignored -> {
            if (now != life || closed) {
                if (result.succeeded()) {
                    result.result().close();
                }
            } else if (result.succeeded()) {
                opened(result.result());
            } else {
                LOG.debug("No session with KIS's WebSocket", result.cause());
                lost("KIS cannot be reached (" + reason(Stages.cause(result.cause())) + ")");
            }
        }));
        vertx.setTimer(CONNECT.multipliedBy(3).toMillis(), timer -> {
            if (now == life && busy) {
                lost("KIS does not answer");
            }
        });
    }

    private static String reason(Throwable cause) {
        return cause instanceof UpgradeRejectedException refused ? "HTTP " + refused.getStatus() : Stages.brief(cause);
    }

    private void opened(WebSocket connection) {
        busy = false;
        socket = connection;
        openedAt = nanoTime.getAsLong();
        heardNow();
        since = clock.instant();
        int now = life;
        connection.textMessageHandler(text -> {
            if (now == life) {
                heardNow();
                read(text);
            }
        });
        connection.binaryMessageHandler(bytes -> {
            if (now == life) {
                heardNow();
                unreadable(true);
            }
        });
        connection.closeHandler(ignored -> ended(now, "KIS has closed the session"));
        connection.exceptionHandler(failure -> ended(now, "The session broke (" + Stages.reason(failure) + ")"));
        line.begin();
        LOG.info("Connected with KIS's WebSocket");
        next();
        changed();
    }

    private void heardNow() {
        heardAt = nanoTime.getAsLong();
        heard = clock.instant();
    }

    private void ended(int which, String reason) {
        context.runOnContext(ignored -> {
            if (which == life) {
                lost(reason);
            }
        });
    }

    /** To be called now and then. */
    void tick() {
        long now = nanoTime.getAsLong();
        if (socket != null && now - heardAt > SILENCE.toNanos()) {
            lost("KIS has been silent for " + SILENCE.toSeconds() + " s");
        } else if (socket != null && line.waitsLongerThan(ANSWER, now)) {
            lost("KIS has not answered to a registration");
        } else if (gap().isPresent()) {
            changed();
        }
    }

    private void lost(String reason) {
        LOG.warn("No session with KIS's WebSocket: {}", reason);
        boolean good = socket != null && nanoTime.getAsLong() - openedAt > GOOD.toNanos();
        failures = good ? 0 : Math.min(failures + 1, MOST_DOUBLINGS);
        leave();
        trouble = reason;
        reconnects++;
        int now = life;
        long pause = Math.min(FIRST_PAUSE.toMillis() << Math.max(0, failures - 1), LONGEST_PAUSE.toMillis());
        pause += random.nextLong(pause / 4 + 1);
        notBefore = nanoTime.getAsLong() + Duration.ofMillis(pause).toNanos();
        vertx.setTimer(pause + 1, timer -> {
            if (now == life) {
                connect();
            }
        });
        changed();
    }

    private void leave() {
        life++;
        busy = false;
        doubtSince = null;
        keys.clear();
        line.end();
        if (socket != null) {
            var unused = socket.close();
            socket = null;
            since = clock.instant();
        }
    }

    /** One registration at a time, so that each answer has its question. */
    private void next() {
        line.next(nanoTime.getAsLong()).ifPresent(order -> {
            var unused = socket.writeTextMessage(order.message(approval));
        });
    }

    private void read(String text) {
        KisFrame frame = KisFrame.read(text);
        if (frame instanceof Data data) {
            records(data);
        } else if (frame instanceof Answer answer) {
            answered(answer);
        } else if (frame instanceof Ping) {
            var unused = socket.writeTextMessage(text);
        } else if (frame instanceof Unreadable odd) {
            unreadable(odd.records());
        }
    }

    /** Whose it was cannot be told: whoever listens may have lost a record. */
    private void unreadable(boolean records) {
        malformed++;
        if (!records || !line.anyAccepted()) {
            return;
        }
        long now = nanoTime.getAsLong();
        boolean begins = doubtSince == null;
        if (begins) {
            // Each end has snapshots asked for.
            boolean again = now - doubtUntil < LONGEST_DOUBT.toNanos();
            doubtNanos = again ? Math.min(Math.max(DOUBT.toNanos(), 2 * doubtNanos), LONGEST_DOUBT.toNanos()) : DOUBT.toNanos();
            doubtSince = heard;
        }
        doubtUntil = now + doubtNanos;
        if (begins) {
            changed();
        }
    }

    private void records(Data data) {
        Optional<String> clear = Optional.of(data.text());
        if (data.encrypted()) {
            clear = Optional.ofNullable(keys.get(data.trId())).flatMap(key -> key.decrypt(data.text()));
        }
        List<String> records = clear.map(text -> KisFrame.split(text, data.count())).orElse(List.of());
        List<String> of = records.stream().map(one -> line.keyOf(data.trId(), KisFrame.first(one))).toList();
        // A frame with too little in it divides at the wrong places, and what stands there is nobody's key.
        if (records.isEmpty() || of.contains("") && !of.stream().allMatch(""::equals)) {
            unreadable(true);
            return;
        }
        for (int i = 0; i < records.size(); i++) {
            if (of.get(i) != null) {
                observer.record(data.trId(), of.get(i), records.get(i));
            }
        }
    }

    private void answered(Answer answer) {
        switch (answer.said().msgCd()) {
            case "OPSP8996" -> lost("KIS says that another session has this app key (OPSP8996)");
            case "OPSP0010", "OPSP0011" -> {
                refusedApproval = approval;
                lost("KIS refuses the approval key (" + answer.said().msgCd() + ")");
            }
            default -> {
                answer.key().ifPresent(key -> keys.put(answer.trId(), key));
                line.answered(answer, observer::lost);
                next();
                changed();
            }
        }
    }

    private void changed() {
        if (nanoTime.getAsLong() - doubtUntil > 0 || line.isEmpty()) {
            doubtSince = null;
        }
        if (isWhole() || line.isEmpty()) {
            brokenSince = null;
        } else if (brokenSince == null && line.anyAccepted()) {
            brokenSince = heard == null ? clock.instant() : heard;
        }
        observer.changed();
    }

    boolean isConnected() {
        return socket != null;
    }

    /** Whether all that KIS has once accepted is registered. */
    boolean isWhole() {
        return socket != null && line.isWhole();
    }

    /** Since when it has or has not been connected. */
    Instant since() {
        return since;
    }

    /** From when on records may be lost; nothing while none can be. */
    Optional<Gap> gap() {
        return Optional.ofNullable(brokenSince).map(from -> new Gap(from, Optional.empty(), trouble, false))
                .or(() -> Optional.ofNullable(doubtSince).map(from -> new Gap(from, Optional.empty(), UNREADABLE, true)));
    }

    Map<Registration, RegistrationAnswer> accepted() {
        return line.accepted();
    }

    long malformed() {
        return malformed;
    }

    long reconnects() {
        return reconnects;
    }

    void close() {
        closed = true;
        leave();
        var unused = client.close();
    }
}
