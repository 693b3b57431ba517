package io.kisgateway.simulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannelConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What leaves the simulator: replies as they are, or as a fault wants them. */
final class Wire {

    private static final int DROPS = 20;

    private final Vertx vertx;
    private final Envelope envelope;
    private final Calls calls;
    private final InstantSource clock;
    private final AtomicLong lastGtUid = new AtomicLong();

    Wire(Vertx vertx, Envelope envelope, Calls calls, InstantSource clock) {
        this.vertx = vertx;
        this.envelope = envelope;
        this.calls = calls;
        this.clock = clock;
    }

    /** {@code fault} may be null; {@code reply} is null if the fault keeps the call from being taken. */
    void respond(HttpServerRequest request, Calls.Arrival call, Fault fault, Reply reply) {
        if (fault == null) {
            send(request, call, reply);
            return;
        }
        switch (fault.kind()) {
            case RESET_BEFORE, RESET_AFTER -> reset(request);
            case REPLY_LOST -> loseReply(request, fault.ms());
            case SLOW_BODY -> drip(request, call, reply, fault.ms());
            case HEADER_DRIP -> dripHeader(request, call, reply, fault.ms());
            case CONTINUE_DRIP -> dripContinue(request, call, reply, Math.max(1, fault.ms() / DROPS), DROPS);
            case CLOSE_MID_HEADER -> raw(request, "HTTP/1.1 200 OK\r\nContent-Type: applic")
                    .onComplete(sent -> request.connection().close());
            case CLOSE_MID_REPLY -> breakOff(request, reply);
            case CLOSE_AFTER -> head(request, call, reply).end(Buffer.buffer(reply.body()))
                    .onComplete(sent -> request.connection().close());
            default -> send(request, call, spoiled(call, fault));
        }
    }

    private Reply spoiled(Calls.Arrival call, Fault fault) {
        Reply plain = switch (fault.kind()) {
            case BLANK500 -> envelope.failure(call.trId(), 500, "1", "", "");
            case BLANK200 -> envelope.failure(call.trId(), 200, "", "", "");
            case EMPTY500 -> new Reply(500, Reply.JSON, new byte[0], call.trId(), "", "");
            case EMPTY200 -> new Reply(200, Reply.JSON, new byte[0], call.trId(), "", "");
            case GARBAGE -> new Reply(200, Reply.JSON, utf8("{\"rt_cd\":\"0\",\"output\":{\"stck_pr\u0000\u0007"),
                    call.trId(), "", "");
            case HTML502 -> new Reply(502, "text/html; charset=utf-8", utf8("<html><head><title>502 Bad Gateway</title>"
                    + "</head><body><h1>502 Bad Gateway</h1></body></html>"), "", "", "");
            case CODE -> call.path().startsWith("/oauth2/")
                    ? envelope.oauthFailure(403, fault.code()) : coded(call.trId(), fault);
            default -> throw new IllegalStateException("has no reply of its own: " + fault.kind());
        };
        int status = fault.status() == null ? plain.status() : fault.status();
        byte[] body = fault.body() == null ? plain.body() : utf8(fault.body());
        return new Reply(status, plain.contentType(), body, plain.trId(), plain.trCont(), plain.msgCd());
    }

    private Reply coded(String trId, Fault fault) {
        KisCode known = envelope.code(fault.code());
        return envelope.failure(trId, known.status(), fault.rtCd() == null ? known.rtCd() : fault.rtCd(),
                fault.code(), fault.msg1() == null ? known.msg1() : fault.msg1());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void send(HttpServerRequest request, Calls.Arrival call, Reply reply) {
        HttpServerResponse response = head(request, call, reply);
        // The caller may have hung up while a fault held the reply back.
        if (!response.closed()) {
            response.end(Buffer.buffer(reply.body()));
        }
    }

    private HttpServerResponse head(HttpServerRequest request, Calls.Arrival call, Reply reply) {
        calls.answered(call, reply.status(), reply.msgCd());
        HttpServerResponse response = request.response().setStatusCode(reply.status());
        // Clients in use rely on the case of these names: KIS capitalises its server's, and its own are in lower case.
        response.putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)))
                .putHeader("Content-Type", reply.contentType())
                .putHeader("Content-Length", Integer.toString(reply.body().length))
                .putHeader("Connection", "keep-alive");
        if (call.path().startsWith("/uapi/")) {
            response.putHeader("tr_id", reply.trId()).putHeader("tr_cont", reply.trCont())
                    .putHeader("gt_uid", gtUid(request));
        }
        return response;
    }

    private String gtUid(HttpServerRequest request) {
        String given = request.getHeader("gt_uid");
        if (given != null && !given.isBlank()) {
            return given;
        }
        String number = Long.toHexString(lastGtUid.incrementAndGet());
        return "0".repeat(32 - number.length()) + number;
    }

    private void loseReply(HttpServerRequest request, long millis) {
        if (millis > 0) {
            vertx.setTimer(millis, timer -> request.connection().close());
        }
    }

    private void drip(HttpServerRequest request, Calls.Arrival call, Reply reply, long millis) {
        HttpServerResponse response = head(request, call, reply);
        byte[] body = reply.body();
        int drop = Math.max(1, body.length / DROPS);
        dripFrom(response, body, 0, drop, Math.max(1, millis * drop / Math.max(1, body.length)));
    }

    private void dripFrom(HttpServerResponse response, byte[] body, int from, int drop, long pause) {
        if (response.closed()) {
            return;
        }
        int to = Math.min(body.length, from + drop);
        response.write(Buffer.buffer().appendBytes(body, from, to - from));
        if (to == body.length) {
            response.end();
        } else {
            vertx.setTimer(pause, timer -> dripFrom(response, body, to, drop, pause));
        }
    }

    /** Vert.x sends a header whole: here its lines go one by one, past its codec. */
    private void dripHeader(HttpServerRequest request, Calls.Arrival call, Reply reply, long millis) {
        calls.answered(call, reply.status(), reply.msgCd());
        List<String> lines = new ArrayList<>(List.of("HTTP/1.1 " + reply.status() + " OK", "Content-Type: "
                + reply.contentType(), "tr_id: " + reply.trId(), "tr_cont: " + reply.trCont(), "Connection: close"));
        while (lines.size() < DROPS) {
            lines.add("X-Drop: " + lines.size());
        }
        lines.add("Content-Length: " + reply.body().length + "\r\n\r\n" + new String(reply.body(),
                StandardCharsets.UTF_8));
        dripLine(request, lines.iterator(), Math.max(1, millis / DROPS));
    }

    private void dripLine(HttpServerRequest request, Iterator<String> lines, long pause) {
        String line = lines.next();
        raw(request, lines.hasNext() ? line + "\r\n" : line).onSuccess(sent -> {
            if (lines.hasNext()) {
                vertx.setTimer(pause, timer -> dripLine(request, lines, pause));
            } else {
                request.connection().close();
            }
        });
    }

    private void dripContinue(HttpServerRequest request, Calls.Arrival call, Reply reply, long pause, int left) {
        if (left == 0) {
            send(request, call, reply);
            return;
        }
        raw(request, "HTTP/1.1 100 Continue\r\n\r\n")
                .onSuccess(sent -> vertx.setTimer(pause, timer -> dripContinue(request, call, reply, pause, left - 1)));
    }

    /** Bytes past Vert.x's codec. */
    private static Future<Void> raw(HttpServerRequest request, String bytes) {
        if (!(request.connection() instanceof ConnectionBase connection) || !connection.channel().isActive()) {
            return Future.failedFuture("no connection of Vert.x, or none any more");
        }
        Promise<Void> written = Promise.promise();
        connection.channel().pipeline().firstContext()
                .writeAndFlush(Unpooled.copiedBuffer(bytes, StandardCharsets.UTF_8))
                .addListener(done -> {
                    if (done.isSuccess()) {
                        written.complete();
                    } else {
                        written.fail(done.cause());
                    }
                });
        return written.future();
    }

    private static void breakOff(HttpServerRequest request, Reply reply) {
        byte[] body = reply.body();
        HttpServerResponse response = request.response().setStatusCode(reply.status());
        response.putHeader("Content-Type", reply.contentType());
        response.putHeader("Content-Length", Integer.toString(body.length));
        response.write(Buffer.buffer().appendBytes(body, 0, body.length / 2))
                .onComplete(written -> request.connection().close());
    }

    /** A real RST: closing with linger 0 throws away what is under way. Vert.x offers no way of its own. */
    private static void reset(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection
                && connection.channel().isActive() && connection.channel().config() instanceof SocketChannelConfig config) {
            config.setSoLinger(0);
        }
        request.connection().close();
    }
}
