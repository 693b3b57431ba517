package io.kisgateway.web;

import io.kisgateway.access.PortGuard;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;

/** A large reply on its way, no more of it in the server than its caller is about to read. Used on its connection's event loop. */
final class PiecewiseReply {

    private static final long UNREAD_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final byte[] body;
    private final Runnable sent;
    private int position;
    private long timer = -1;
    private boolean over;

    /** @param sent runs once, when all is sent or the caller is gone */
    PiecewiseReply(Vertx vertx, HttpServerRequest request, byte[] body, Runnable sent) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.body = body;
        this.sent = sent;
    }

    void begin() {
        response.putHeader("Content-Length", Integer.toString(body.length));
        response.exceptionHandler(ignored -> end());
        response.closeHandler(ignored -> end());
        response.drainHandler(ignored -> next());
        next();
    }

    private void next() {
        if (over) {
            return;
        }
        vertx.cancelTimer(timer);
        // A piece may go out at once and call this again, before its write has returned.
        while (position < body.length && !response.writeQueueFull()) {
            int end = Math.min(position + ReplyWriter.PIECE, body.length);
            Buffer piece = Buffer.buffer(end - position).appendBytes(body, position, end - position);
            position = end;
            if (position == body.length) {
                response.end(piece).onComplete(written -> end());
            } else {
                response.write(piece);
            }
        }
        vertx.cancelTimer(timer);
        if (position < body.length) {
            timer = vertx.setTimer(UNREAD_MILLIS, ignored -> PortGuard.cut(request));
        }
    }

    private void end() {
        if (!over) {
            over = true;
            vertx.cancelTimer(timer);
            sent.run();
        }
    }
}
