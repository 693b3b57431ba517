package io.kisgateway.campaign;

import io.kisgateway.simulator.Simulator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Many clients of KIS's WebSocket, each of which listens to the trades of one issue and looks whether they come one after the other,
 * and when. The simulator numbers an issue's trades.
 */
final class RealtimeListeners implements AutoCloseable {

    static final int CODES = 41;
    private static final String TRADES = "H0STCNT0";
    private static final int SOLD = 15;
    private static final int BOUGHT = 16;
    private static final int MOST_TRADES = 10_000;
    private static final int BUCKETS = 100_000;
    private static final int BUCKET_MICROS = 100;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true));
    private final WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(5_000));
    private final Simulator kis;
    private final List<AtomicLongArray> sentAt = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final int[] pushed = new int[CODES];
    private final long[] lags = new long[BUCKETS];
    private final AtomicInteger closed = new AtomicInteger();

    RealtimeListeners(Simulator kis) {
        this.kis = kis;
        for (int i = 0; i < CODES; i++) {
            sentAt.add(new AtomicLongArray(MOST_TRADES));
        }
    }

    /** What the simulator calls its made-up issues. */
    static String code(int index) {
        return Integer.toString(900_001 + index);
    }

    /** One client. Its counts are its event loop's. */
    final class Listener {

        private final int port;
        private final int index;
        private final CompletableFuture<String> registered = new CompletableFuture<>();
        private volatile long last;
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();
        private final AtomicLong disordered = new AtomicLong();
        private volatile long longestSilence;
        private long heardAt;

        private Listener(int port, int index) {
            this.port = port;
            this.index = index;
        }

        private void opened(WebSocket opened) {
            opened.textMessageHandler(this::message);
            opened.closeHandler(ignored -> closed.incrementAndGet());
            opened.exceptionHandler(ignored -> {});
            var unused = opened.writeTextMessage("{\"header\":{\"approval_key\":\"a-client\",\"custtype\":\"P\",\"tr_type\":\"1\","
                    + "\"content-type\":\"utf-8\"},\"body\":{\"input\":{\"tr_id\":\"" + TRADES + "\",\"tr_key\":\"" + code(index)
                    + "\"}}}");
        }

        private void message(String text) {
            long now = System.nanoTime();
            if (text.startsWith("0|")) {
                String[] fields = text.split("\\^", BOUGHT + 2);
                trade(Long.parseLong(fields[SOLD]) + Long.parseLong(fields[BOUGHT]), now);
            } else if (text.contains("OPSP")) {
                registered.complete(text);
            }
        }

        private void trade(long number, long now) {
            if (last != 0) {
                lost.addAndGet(Math.max(0, number - last - 1));
                disordered.addAndGet(number <= last ? 1 : 0);
                longestSilence = Math.max(longestSilence, now - heardAt);
            }
            last = number;
            heardAt = now;
            received.incrementAndGet();
            lags[(int) Math.min(BUCKETS - 1, (now - sentAt.get(index).get((int) number)) / 1_000 / BUCKET_MICROS)]++;
        }

        int port() {
            return port;
        }
    }

    /** Opens a client and registers; completes with KIS's answer. */
    CompletableFuture<String> open(int port, int index) {
        Listener listener = new Listener(port, index);
        listeners.add(listener);
        Future<WebSocket> opened = client.connect(port, "127.0.0.1", "/tryitout");
        opened.onSuccess(listener::opened).onFailure(listener.registered::completeExceptionally);
        return listener.registered;
    }

    /** Trades of all issues in turn, so many a second; 0: as fast as they go. */
    void feed(int records, int perSecond) {
        long start = System.nanoTime();
        for (int i = 0; i < records; i++) {
            long due = perSecond == 0 ? 0 : start + i * 1_000_000_000L / perSecond;
            while (perSecond != 0 && due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            push(i % CODES);
        }
    }

    private void push(int index) {
        sentAt.get(index).set(pushed[index] + 1, System.nanoTime());
        if (kis.realtime().push(TRADES, code(index), 1)) {
            pushed[index]++;
        }
    }

    List<Listener> at(int port) {
        return listeners.stream().filter(one -> one.port() == port).toList();
    }

    static long lost(List<Listener> some) {
        return some.stream().mapToLong(one -> one.lost.get()).sum();
    }

    static long disordered(List<Listener> some) {
        return some.stream().mapToLong(one -> one.disordered.get()).sum();
    }

    static Duration longestSilence(List<Listener> some) {
        return Duration.ofNanos(some.stream().mapToLong(one -> one.longestSilence).max().orElse(0));
    }

    /** Whether each has the last trade of its issue. */
    boolean allHaveTheLast(List<Listener> some) {
        return some.stream().allMatch(one -> one.last == pushed[one.index]);
    }

    List<Listener> all() {
        return listeners;
    }

    int closed() {
        return closed.get();
    }

    long received() {
        return listeners.stream().mapToLong(one -> one.received.get()).sum();
    }

    /** From before the simulator writes a record until a listener has it. */
    String lag(int percent) {
        long left = LongStream.of(lags).sum() * (100 - percent) / 100;
        for (int i = BUCKETS - 1; i > 0; i--) {
            left -= lags[i];
            if (left < 0) {
                return String.format(Locale.ROOT, "%.1f ms", (i + 1) * BUCKET_MICROS / 1_000.0);
            }
        }
        return "0.1 ms";
    }

    void forgetLags() {
        Arrays.fill(lags, 0);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
