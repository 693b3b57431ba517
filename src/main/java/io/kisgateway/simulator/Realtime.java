package io.kisgateway.simulator;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * KIS's WebSocket (facts 11.1, 11.2): connections, PINGPONG, notices of orders, and what testers do to it. All of it
 * happens on the event loop; the public methods may be called from any thread but another event loop's.
 */
public final class Realtime {

    private static final int MOST_CONNECTIONS = 200;
    private static final int MOST_RECORDS = 1_000;
    /** Nothing says that KIS drops who leaves PINGPONG unanswered; the strict simulator does. */
    private static final int MOST_UNANSWERED = 3;
    private static final long SETTLE_MILLIS = 500;

    private final Vertx vertx;
    private final Context loop;
    private final SimulatorOptions options;
    private final OrderBook book;
    private final OrderNotices notices;
    private final RealtimeRecords records;
    private final RealtimeRegistry registry;
    private final RealtimeSchedule schedule;
    private final Random random;
    private final Set<RealtimeSession> connections = new LinkedHashSet<>();
    private boolean silent;
    private long delayMillis;
    private long sent;

    Realtime(Vertx vertx, SimulatorOptions options, Market market, OrderBook book, RealtimeRegistry registry) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.options = options;
        this.book = book;
        this.registry = registry;
        this.notices = new OrderNotices(market, options);
        this.records = new RealtimeRecords(market,
                new Depth(new Quoting(market, registry.codes(), options.clock()), options), options);
        this.schedule = new RealtimeSchedule(options.recordsPerSecond());
        this.random = new Random(options.seed());
        book.tell(event -> loop.runOnContext(now -> tell(event)));
        loop.runOnContext(now -> {
            vertx.setPeriodic(options.ping().toMillis(), timer -> ping());
            vertx.setPeriodic(RealtimeSchedule.TICK_MILLIS, timer -> tick());
            vertx.setPeriodic(SETTLE_MILLIS, timer -> settle());
        });
    }

    /** How the WebSocket stands: {@code sent} counts records, {@code registered} has TR id and key of each. */
    public record Status(int connections, List<String> registered, long sent, boolean silent, long delayMs,
            Integer recordsPerSecond, int recordsPerFrame, long approvalsIssued) {}

    static boolean wanted(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("upgrade"));
    }

    void accept(HttpServerRequest request, Calls.Arrival call) {
        request.toWebSocket().onSuccess(socket -> {
            registry.calls().answered(call, 101, "");
            open(socket);
        });
    }

    private void open(ServerWebSocket socket) {
        RealtimeSession session = new RealtimeSession(vertx, socket, NoticeCipher.random(random));
        if (connections.size() == MOST_CONNECTIONS) {
            session.close(1013);
            return;
        }
        connections.add(session);
        socket.closeHandler(closed -> {
            connections.remove(session);
            registry.left(session);
        });
        socket.exceptionHandler(broken -> session.cut());
        socket.pongHandler(payload -> session.answered());
        socket.textMessageHandler(text -> hear(session, text));
    }

    private void hear(RealtimeSession session, String text) {
        RealtimeMessage message = RealtimeMessage.read(text);
        if (message instanceof RealtimeMessage.Pong) {
            session.answered();
        } else if (message instanceof RealtimeMessage.Wrong wrong) {
            say(session, RealtimeMessage.refusal(registry.codes().code(wrong.code())));
        } else if (message instanceof RealtimeMessage.Request registration) {
            register(session, registration);
        }
    }

    private void register(RealtimeSession session, RealtimeMessage.Request registration) {
        RealtimeRegistry.Outcome outcome = registry.register(session, registration);
        if (outcome.waitMillis() > 0) {
            vertx.setTimer(outcome.waitMillis(), timer -> conclude(session, outcome));
        } else {
            conclude(session, outcome);
        }
    }

    private void conclude(RealtimeSession session, RealtimeRegistry.Outcome outcome) {
        outcome.reply().ifPresent(reply -> say(session, reply));
        if (outcome.after() == RealtimeRegistry.After.CLOSE) {
            session.close(1000);
        } else if (outcome.after() == RealtimeRegistry.After.CUT) {
            session.cut();
        }
    }

    private void say(RealtimeSession session, String text) {
        if (!silent) {
            session.send(text, delayMillis);
        }
    }

    private void ping() {
        String ping = RealtimeMessage.ping(options.clock().instant());
        for (RealtimeSession session : List.copyOf(connections)) {
            if (!silent && session.pinged() > MOST_UNANSWERED && options.strict()) {
                session.close(1002);
            } else {
                say(session, ping);
            }
        }
    }

    private void tick() {
        RealtimeSession session = registry.holder();
        if (session == null || session.full()) {
            return;
        }
        List<RealtimeSession.Registration> registrations =
                session.registrations().stream().filter(registration -> !registration.tr().encrypted()).toList();
        schedule.tick(registrations).forEach(registration -> frame(session, registration, schedule.recordsInNextFrame()));
    }

    /** Resting orders trade when somebody looks, so that what they become is told in time. */
    private void settle() {
        if (registry.holder() != null
                && registry.holder().registrations().stream().anyMatch(registration -> registration.tr().encrypted())) {
            book.settle(options.clock().instant());
        }
    }

    private void tell(OrderEvent event) {
        RealtimeSession session = registry.holder();
        if (session != null) {
            session.registrations().stream().filter(registration -> registration.tr().kind() == RealtimeTr.Kind.NOTICE)
                    .forEach(registration -> send(session, registration, List.of(notices.of(event, registration.key()))));
        }
    }

    private boolean frame(RealtimeSession session, RealtimeSession.Registration registration, int count) {
        List<String> several = IntStream.range(0, count).boxed()
                .flatMap(number -> records.next(registration.tr(), registration.key()).stream()).toList();
        return !several.isEmpty() && send(session, registration, several);
    }

    private boolean send(RealtimeSession session, RealtimeSession.Registration registration, List<String> several) {
        RealtimeTr tr = registration.tr();
        String data = String.join("^", several);
        say(session, String.format("%s|%s|%03d|%s", tr.encrypted() ? "1" : "0", tr.id(), several.size(),
                tr.encrypted() ? session.cipher().encrypt(data) : data));
        sent += several.size();
        return true;
    }

    private <T> T onLoop(Supplier<T> work) {
        if (Context.isOnEventLoopThread()) {
            return work.get();
        }
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(now -> done.completeAsync(work, Runnable::run));
        return done.join();
    }

    private void onLoop(Runnable work) {
        onLoop(() -> {
            work.run();
            return null;
        });
    }

    public Status status() {
        return onLoop(() -> new Status(connections.size(), registry.registered(), sent, silent, delayMillis,
                schedule.recordsPerSecond(), schedule.recordsPerFrame(), registry.approvalsIssued()));
    }

    /** A frame of so many records (1 to 1000), now; false if nobody is registered for it. */
    public boolean push(String trId, String key, int count) {
        if (count < 1 || count > MOST_RECORDS) {
            throw new IllegalArgumentException("records: must be 1 to " + MOST_RECORDS);
        }
        return onLoop(
                () -> registry.registration(trId, key).map(registration -> frame(registry.holder(), registration, count)).orElse(false));
    }

    /** Any text at all, to every connection. */
    public void pushText(String text) {
        onLoop(() -> List.copyOf(connections).forEach(session -> say(session, text)));
    }

    /** Frames that are none of KIS's shapes, to every connection: text that breaks off, wrong counts, bytes. */
    public void garbage() {
        onLoop(() -> {
            for (RealtimeSession session : List.copyOf(connections)) {
                List.of("", "|", "0|", "0|H0STCNT0", "0|H0STCNT0|001", "0|H0STCNT0|abc|005930^1", "0|H0STCNT0|-01|005930",
                        "0|H0STCNT0|003|005930^090000", "0|H0STCNT0|999999999999|", "1|H0STCNI0|001|!no base64!",
                        "1|H0STCNI0|001|AAAA", "7|H0STCNT0|001|005930", "0|NOSUCHTR|001|a^b", "{\"header\":{\"tr_id\":",
                        "{}", "[]", "null", "{\"header\":[],\"body\":7}", "\u0000\u0007", "^".repeat(5_000))
                        .forEach(text -> say(session, text));
                session.sendBytes("0|H0STCNT0|001|bytes".getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    /** PINGPONG, now, to every connection. */
    public void pingNow() {
        onLoop(this::ping);
    }

    /** Records a second over all registrations (0 to 100000; null: one for each registration). */
    public void rate(Integer recordsPerSecond) {
        onLoop(() -> schedule.rate(recordsPerSecond));
    }

    /** Records of one key in a frame, 1 to 100; 0: one, and every fifth time two. */
    public void frames(int recordsPerFrame) {
        onLoop(() -> schedule.frames(recordsPerFrame));
    }

    /** Nothing is said any more, and no connection ends: neither records nor replies nor PINGPONG. */
    public void silence(boolean on) {
        onLoop(() -> silent = on);
    }

    /** Everything is said so much later (0 to 600000 ms), in the same order. */
    public void delay(long millis) {
        if (millis < 0 || millis > 600_000) {
            throw new IllegalArgumentException("delay_ms: must be 0 to 600000");
        }
        onLoop(() -> delayMillis = millis);
    }

    /** Every connection is closed with this code; 0: without a closing frame. */
    public void close(int code) {
        if (code != 0 && (code < 1000 || code > 4999)) {
            throw new IllegalArgumentException("code: must be 1000 to 4999");
        }
        onLoop(() -> List.copyOf(connections).forEach(session -> {
            if (code == 0) {
                session.cut();
            } else {
                session.close(code);
            }
        }));
    }

    /** Somebody else opens a session with the app key: this one ends, and for {@code millis} none is to be had. */
    public void takeOver(long millis) {
        if (millis < 0 || millis > 600_000) {
            throw new IllegalArgumentException("ms: must be 0 to 600000");
        }
        onLoop(() -> registry.takenOver(System.nanoTime() + millis * 1_000_000));
    }

    /** True: a second session of the app key ends the first with OPSP8996; false, as at the start: it is refused. */
    public void lastComeWins(boolean wins) {
        onLoop(() -> registry.lastComeWins(wins));
    }

    void reset() {
        onLoop(() -> {
            List.copyOf(connections).forEach(RealtimeSession::cut);
            silent = false;
            delayMillis = 0;
            sent = 0;
            schedule.rate(options.recordsPerSecond());
            schedule.frames(0);
            records.reset();
            registry.lastComeWins(false);
            registry.takenOver(System.nanoTime());
        });
    }
}
