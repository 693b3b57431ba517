package io.kisgateway.web;

import io.kisgateway.access.PortGuard;
import io.kisgateway.call.OpenReply.SocketOutlet;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.streams.WriteStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What waits for one reader: pieces in order, so many bytes at most, written on the connection's event loop as fast as they are read. */
final class OpenOutlet implements SocketOutlet {

    /** What a reader may be behind. */
    static final int MOST_BYTES = 1024 * 1024;

    private static final int BATCH = 64 * 1024;
    private static final long LAST_MILLIS = TimeUnit.SECONDS.toMillis(10);
    private static final short GOING_AWAY = 1001;
    /** A comment: readers of event streams skip it. */
    private static final Buffer BEAT = Buffer.buffer(":\n\n");

    private final Context context;
    private final HttpServerRequest request;
    private final WriteStream<Buffer> stream;
    private final ServerWebSocket socket;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int bytes;
    private boolean scheduled;
    private boolean ending;
    private boolean over;
    /** Nothing may be written any more; its event loop's own. */
    private boolean finished;
    private Runnable onClosed;

    private OpenOutlet(Context context, HttpServerRequest request, WriteStream<Buffer> stream, ServerWebSocket socket) {
        this.context = context;
        this.request = request;
        this.stream = stream;
        this.socket = socket;
        stream.drainHandler(ignored -> write());
        if (socket == null) {
            stream.exceptionHandler(ignored -> closed());
        }
    }

    /** Of a reply whose head is written. On its event loop. */
    static OpenOutlet of(Context context, HttpServerRequest request) {
        HttpServerResponse response = request.response();
        OpenOutlet outlet = new OpenOutlet(context, request, response, null);
        response.closeHandler(ignored -> outlet.closed());
        return outlet;
    }

    /** On its event loop. */
    static OpenOutlet of(Context context, HttpServerRequest request, ServerWebSocket socket) {
        OpenOutlet outlet = new OpenOutlet(context, request, socket, socket);
        socket.closeHandler(ignored -> outlet.closed());
        return outlet;
    }

    @Override
    public synchronized boolean send(byte[] piece) {
        if (over || ending) {
            return true;
        }
        if (bytes + piece.length > MOST_BYTES) {
            return false;
        }
        add(piece);
        return true;
    }

    private void add(byte[] piece) {
        waiting.add(piece);
        bytes += piece.length;
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(ignored -> write());
        }
    }

    @Override
    public synchronized void end(byte[] last) {
        if (over || ending) {
            return;
        }
        waiting.clear();
        bytes = 0;
        add(last);
        ending = true;
        context.owner().setTimer(LAST_MILLIS, ignored -> {
            if (!isOver()) {
                PortGuard.cut(request);
            }
        });
    }

    private synchronized boolean isOver() {
        return over;
    }

    @Override
    public void beat() {
        context.runOnContext(ignored -> {
            if (finished || isOver() || isFull()) {
                return;
            }
            if (socket == null) {
                var unused = stream.write(BEAT);
            } else {
                var unused = socket.writePing(Buffer.buffer());
            }
        });
    }

    /** A WebSocket that has been closed, which is told a little later, throws if it is asked. */
    private boolean isFull() {
        return socket != null && socket.isClosed() || stream.writeQueueFull();
    }

    /** As much as the connection takes. */
    private void write() {
        while (!finished && !isFull()) {
            Buffer batch = Buffer.buffer();
            String text = null;
            boolean last;
            synchronized (this) {
                scheduled = false;
                if (over || waiting.isEmpty()) {
                    return;
                }
                if (socket != null) {
                    byte[] piece = waiting.poll();
                    bytes -= piece.length;
                    text = new String(piece, StandardCharsets.UTF_8);
                } else {
                    while (!waiting.isEmpty() && (batch.length() == 0 || batch.length() + waiting.peek().length <= BATCH)) {
                        byte[] piece = waiting.poll();
                        bytes -= piece.length;
                        batch.appendBytes(piece);
                    }
                }
                last = ending && waiting.isEmpty();
            }
            finished = last;
            if (socket != null) {
                boolean end = last;
                socket.writeTextMessage(text).onComplete(written -> {
                    if (end) {
                        var unused = socket.close(GOING_AWAY);
                    }
                });
            } else if (last) {
                request.response().end(batch).onComplete(ended -> closed());
            } else {
                var unused = stream.write(batch);
            }
        }
    }

    private void closed() {
        Runnable action;
        synchronized (this) {
            over = true;
            waiting.clear();
            action = onClosed;
            onClosed = null;
        }
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void onClosed(Runnable action) {
        synchronized (this) {
            if (!over) {
                onClosed = action;
                return;
            }
        }
        action.run();
    }

    @Override
    public void onText(BiConsumer<String, Runnable> handler) {
        Consumer<String> one = text -> {
            socket.pause();
            handler.accept(text, () -> context.runOnContext(ignored -> socket.resume()));
        };
        context.runOnContext(ignored -> {
            socket.textMessageHandler(one::accept);
            socket.resume();
        });
    }
}
