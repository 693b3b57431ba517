package io.kisgateway.web;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.access.PortGuard;
import io.kisgateway.access.SafeHeaders;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.OpenReply;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.call.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** The one place that turns an outcome into bytes: the success envelope and {@code application/problem+json}. */
final class ReplyWriter {

    static final String JSON = "application/json";

    /** More than this is sent only as fast as the caller reads, so that those who do not read cost no memory. */
    static final int PIECE = 64 * 1024;

    private final JsonMapper json;

    ReplyWriter(JsonMapper json) {
        this.json = json;
    }

    /** The members of a reply, led by {@code success} and ended by {@code response_time}. */
    byte[] success(Reply reply, Call call) {
        return write(generator -> {
            generator.writeStartObject();
            generator.writeBooleanField("success", true);
            for (Map.Entry<String, JsonNode> member : reply.members().properties()) {
                generator.writeFieldName(member.getKey());
                generator.writeTree(member.getValue());
            }
            generator.writeFieldName("response_time");
            generator.writeNumber(seconds(call.elapsedNanos()));
            generator.writeEndObject();
        });
    }

    /** Any other value that a route left as its body. */
    byte[] plain(Object body) {
        return write(generator -> generator.writePOJO(body));
    }

    byte[] problem(Problem problem, Call call) {
        return write(generator -> generator.writeTree(ProblemJson.of(problem, call.requestId(), call.orderFate())));
    }

    /**
     * Sends; the caller may be on any thread.
     *
     * @param sent runs once, when the bytes have been handed to the network or nobody wants them any more
     */
    void send(RoutingContext context, Call call, Answer answer, Runnable sent) {
        ((HttpServerRequestInternal) context.request()).context().runOnContext(ignored -> {
            if (call.asksWhetherTold()) {
                // Timers come after what connections have brought: whose caller has hung up by now is closed then, however busy this is.
                context.vertx().setTimer(1, timer -> write(context, call, answer, sent));
            } else {
                write(context, call, answer, sent);
            }
        });
    }

    private static void write(RoutingContext context, Call call, Answer answer, Runnable sent) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            call.told(false);
            sent.run();
            return;
        }
        if (PortGuard.isUpgrade(context.request())) {
            context.request().resume();
        }
        response.setStatusCode(answer.status());
        response.putHeader("X-Request-Id", call.requestId());
        response.putHeader("Cache-Control", "no-store");
        call.replyHeaders().forEach(response::putHeader);
        if (answer.retryAfter() != null) {
            response.putHeader("Retry-After", Long.toString(ProblemJson.wholeSeconds(answer.retryAfter())));
        }
        if (answer.contentType() != null) {
            SafeHeaders.contentType(response, answer.contentType());
        }
        if (answer.body().length <= PIECE) {
            // Spelt so, since Vert.x writes it in small letters, which a client in use cannot read.
            response.putHeader("Content-Length", Integer.toString(answer.body().length));
            response.end(Buffer.buffer(answer.body())).onComplete(written -> {
                call.told(written.succeeded());
                sent.run();
            });
        } else {
            new PiecewiseReply(context.vertx(), context.request(), answer.body(), sent).begin();
        }
    }

    /**
     * Sends the head of a reply that has no end of its own, and hands it to whoever writes it; the caller may be on any thread.
     *
     * @param sent runs once, when that has happened or nobody wants it any more
     */
    void open(RoutingContext context, Call call, OpenReply reply, Runnable sent) {
        HttpServerRequestInternal request = (HttpServerRequestInternal) context.request();
        request.context().runOnContext(ignored -> {
            HttpServerResponse response = context.response();
            if (response.ended() || response.closed()) {
                call.told(false);
                sent.run();
                return;
            }
            if (reply instanceof OpenReply.Stream stream) {
                response.setStatusCode(200).setChunked(true);
                response.putHeader("X-Request-Id", call.requestId()).putHeader("Cache-Control", "no-store");
                // Proxies that gather replies would keep records back.
                response.putHeader("X-Accel-Buffering", "no");
                SafeHeaders.contentType(response, stream.contentType());
                OpenOutlet outlet = OpenOutlet.of(request.context(), request);
                response.writeHead().onComplete(written -> call.told(written.succeeded()));
                sent.run();
                stream.opened().accept(outlet);
            } else if (reply instanceof OpenReply.Socket socket) {
                PortGuard.upgrade(request).onComplete(made -> {
                    call.told(made.succeeded());
                    sent.run();
                    if (made.succeeded()) {
                        socket.opened().accept(OpenOutlet.of(request.context(), request, made.result()));
                    }
                });
            }
        });
    }

    private static BigDecimal seconds(long nanos) {
        return BigDecimal.valueOf(nanos, 9).setScale(3, RoundingMode.CEILING);
    }

    private byte[] write(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = json.createGenerator(bytes)) {
            body.writeTo(generator);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a reply that cannot be written as JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(JsonGenerator generator) throws IOException;
    }
}
