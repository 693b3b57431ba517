package io.kisgateway.campaign;

import io.kisgateway.simulator.Simulator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Many listeners, each to the trades of one issue, who look whether they come one after the other,
 * and when. The simulator numbers an issue's trades.
 */
final class RealtimeListeners implements AutoCloseable {

    static final int CODES = 41;
    private static final String TRADES = "H0STCNT0";
    private static final int MOST_TRADES = 10_000;
    /** A record as it is on a day at KIS: of which issue, and how many sales and purchases there were. */
    private static final String RECORD = "0|H0STCNT0|001|%s^093001^71200^5^-100^-0.14^71234.56^71300^71500^71000^71300^71200^353^1234567"
            + "^87942345600^%d^%d^17^103.20^600123^634444^1^0.51^87.35^090001^5^-100^091512^5^-300^090733^2^200^20261127^20^N^12031^9844"
            + "^182345^170233^0.02^1102345^112.00^0^^71300";
    private static final int BUCKETS = 100_000;
    private static final int BUCKET_MICROS = 100;

    private final SocketLoop loop = new SocketLoop();
    private final Simulator kis;
    private final List<AtomicLongArray> sentAt = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final int[] pushed = new int[CODES];
    private final long[] lags = new long[BUCKETS];
    private final AtomicInteger closed = new AtomicInteger();
    private boolean cheap;

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

    /** One client. Its counts are the loop's. */
    final class Listener implements SocketLoop.Reader {

        private final int port;
        private final int index;
        private final boolean json;
        private final SocketChannel channel;
        private final ListenerStream stream;
        private final CompletableFuture<String> registered = new CompletableFuture<>();
        private volatile long last;
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();
        private final AtomicLong disordered = new AtomicLong();
        private volatile long longestSilence;
        private long sequence;
        private long heardAt;

        private Listener(int port, int index, boolean json) throws IOException {
            this.port = port;
            this.index = index;
            this.json = json;
            this.channel = loop.open(port);
            this.stream = new ListenerStream(json, json ? this::event : this::trade, this::answered);
            write(json ? "GET /api/realtime/stream?codes=" + code(index) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    : "GET /tryitout HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
            loop.begin(channel, this);
        }

        private void write(String text) {
            try {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
            } catch (IOException e) {
                registered.completeExceptionally(e);
            }
        }

        private void answered(String text) {
            if (text.startsWith("HTTP/1.1 101")) {
                String wish = "{\"header\":{\"approval_key\":\"a-client\",\"custtype\":\"P\",\"tr_type\":\"1\",\"content-type\":\"utf-8\"},"
                        + "\"body\":{\"input\":{\"tr_id\":\"" + TRADES + "\",\"tr_key\":\"" + code(index) + "\"}}}";
                // A text that is masked with zeros, and longer than 125 bytes.
                write("\u0081\u00fe" + (char) (wish.length() >> 8) + (char) (wish.length() & 0xff) + "\0\0\0\0" + wish);
            } else if (json || text.contains("OPSP")) {
                registered.complete(text);
            }
        }

        @Override
        public void read(ByteBuffer some) {
            stream.read(some);
        }

        @Override
        public void closed() {
            closed.incrementAndGet();
        }

        /** Nothing in it counts the trades of one issue: which one it is follows from how many came before. */
        private void event(long number) {
            disordered.addAndGet(number <= sequence ? 1 : 0);
            sequence = number;
            trade(last + 1);
        }

        private void trade(long number) {
            long now = System.nanoTime();
            if (last != 0) {
                lost.addAndGet(Math.max(0, number - last - 1));
                disordered.addAndGet(number <= last ? 1 : 0);
                longestSilence = Math.max(longestSilence, now - heardAt);
            }
            heardAt = now;
            received.incrementAndGet();
            lags[(int) Math.min(BUCKETS - 1, (now - sentAt.get(index).get((int) number)) / 1_000 / BUCKET_MICROS)]++;
            // At the end: who waits for the last one looks at the rest then.
            last = number;
        }

        int port() {
            return port;
        }
    }

    /** Opens a client and registers; completes with what it is answered. @param json by server-sent events, else as a client of KIS */
    CompletableFuture<String> open(int port, int index, boolean json) {
        try {
            Listener listener = new Listener(port, index, json);
            listeners.add(listener);
            return listener.registered;
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
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

    /** Records cost next to nothing from now on, and come whether KIS has registered them or not. */
    void cheap() {
        cheap = true;
    }

    private void push(int index) {
        sentAt.get(index).set(pushed[index] + 1, System.nanoTime());
        if (cheap) {
            int number = ++pushed[index];
            kis.realtime().pushText(RECORD.formatted(code(index), number / 2, number - number / 2));
        } else if (kis.realtime().push(TRADES, code(index), 1)) {
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
        loop.close();
    }
}
