package io.kisgateway.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.WebSocketInternal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** One WebSocket connection: what it has registered, and what is on its way to it. Event loop only. */
final class RealtimeSession {

    private static final int MOST_HELD_BACK = 20_000;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final NoticeCipher cipher;
    private final Set<Registration> registrations = new LinkedHashSet<>();
    private final Deque<Held> heldBack = new ArrayDeque<>();
    private int unanswered;

    RealtimeSession(Vertx vertx, ServerWebSocket socket, NoticeCipher cipher) {
        this.vertx = vertx;
        this.socket = socket;
        this.cipher = cipher;
    }

    record Registration(RealtimeTr tr, String key) {}

    private record Held(String text, long dueNanos) {}

    ServerWebSocket socket() {
        return socket;
    }

    NoticeCipher cipher() {
        return cipher;
    }

    Set<Registration> registrations() {
        return registrations;
    }

    /** PINGPONGs in a row that nobody answered, with the one that goes out now. */
    int pinged() {
        return ++unanswered;
    }

    void answered() {
        unanswered = 0;
    }

    /** A reader who does not keep up makes KIS wait. */
    boolean full() {
        return socket.isClosed() || socket.writeQueueFull();
    }

    /** In order, {@code delayMillis} from now. */
    void send(String text, long delayMillis) {
        if (delayMillis == 0 && heldBack.isEmpty()) {
            write(text);
            return;
        }
        if (heldBack.size() == MOST_HELD_BACK) {
            cut();
            return;
        }
        heldBack.add(new Held(text, System.nanoTime() + delayMillis * 1_000_000));
        if (heldBack.size() == 1) {
            wakeIn(delayMillis);
        }
    }

    private void wakeIn(long millis) {
        vertx.setTimer(Math.max(1, millis), timer -> letGo());
    }

    private void letGo() {
        long now = System.nanoTime();
        while (!heldBack.isEmpty()) {
            long left = (heldBack.peek().dueNanos - now) / 1_000_000;
            if (left > 0) {
                wakeIn(left);
                return;
            }
            write(heldBack.remove().text);
        }
    }

    private void write(String text) {
        if (!socket.isClosed()) {
            var unused = socket.writeTextMessage(text);
        }
    }

    void sendBytes(byte[] bytes) {
        if (!socket.isClosed()) {
            var unused = socket.writeBinaryMessage(Buffer.buffer(bytes));
        }
    }

    void close(int code) {
        if (!socket.isClosed()) {
            var unused = socket.close((short) code);
        }
    }

    /** The connection ends without a closing frame. */
    void cut() {
        if (socket instanceof WebSocketInternal internal) {
            // Past Vert.x's codec, which would send a closing frame.
            var unused = internal.channelHandlerContext().channel().pipeline().firstContext().close();
        }
    }
}
