package io.kisgateway.access;

import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a port bears from whoever connects to it: so many connections, so many requests at once on each, a body that ends and
 * answers that are read. What is no request is answered as the sender's fault.
 */
public final class PortGuard {

    private static final Logger LOG = LoggerFactory.getLogger(PortGuard.class);
    private static final int LARGEST_HEADERS = 16 * 1024;
    private static final long UNREAD_MILLIS = TimeUnit.SECONDS.toMillis(10);
    private static final short TOO_LARGE = 1009;
    private static final long BETWEEN_LINES = TimeUnit.MINUTES.toNanos(1);

    private static final Problem MALFORMED = Problem.of(ProblemCode.INVALID_REQUEST,
            "This is no HTTP/1.1 request for a path, or its line or headers are too long");

    private final SafeHeaders headers;
    private final int maxConnections;
    private final Predicate<String> carriesMany;
    private final Supplier<String> requestIds;
    private final LongSupplier nanoTime;
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
    private final AtomicLong told;

    /**
     * @param maxConnections open at the same time; more are closed as they come
     * @param carriesMany    whether an address is a proxy's, which may have all of them; any other has three quarters at most
     * @param requestIds     makes one for a request that cannot be read
     */
    PortGuard(SafeHeaders headers, int maxConnections, Predicate<String> carriesMany, Supplier<String> requestIds, LongSupplier nanoTime) {
        this.headers = headers;
        this.maxConnections = maxConnections;
        this.carriesMany = carriesMany;
        this.requestIds = requestIds;
        this.nanoTime = nanoTime;
        this.told = new AtomicLong(nanoTime.getAsLong() - BETWEEN_LINES);
    }

    /** How many are open now. */
    int connections() {
        return connections.get();
    }

    /** How both ports speak: HTTP/1.1 and nothing else, {@code 100 Continue} only once a body is wanted. */
    public static HttpServerOptions options(int idleSeconds) {
        return new HttpServerOptions().setIdleTimeout(idleSeconds).setMaxHeaderSize(LARGEST_HEADERS).setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(LARGEST_HEADERS).setMaxWebSocketMessageSize(LARGEST_HEADERS)
                // Each record to each listener would be compressed by itself.
                .setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false);
    }

    /** @param handler of requests that name a path */
    public void guard(HttpServer server, Vertx vertx, Handler<HttpServerRequest> handler) {
        server.connectionHandler(this::connected);
        server.invalidRequestHandler(this::refuse);
        server.requestHandler(request -> {
            headers.begin(request.response()::putHeader);
            if (!RequestScreen.hasPath(request)) {
                refuse(request);
                return;
            }
            whenRead(request, vertx, handler);
        });
    }

    private void connected(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        String address = connection.remoteAddress() == null ? "unknown" : connection.remoteAddress().hostAddress();
        boolean tooManyOfOne = byAddress.merge(address, 1, Integer::sum) > share() && !carriesMany.test(address);
        boolean tooMany = connections.incrementAndGet() > maxConnections;
        channel.closeFuture().addListener(closed -> {
            connections.decrementAndGet();
            byAddress.computeIfPresent(address, (key, open) -> open == 1 ? null : open - 1);
        });
        if (tooManyOfOne || tooMany) {
            var unused = channel.close();
            tell(tooManyOfOne ? "Of " + maxConnections + " connections that MAX_CONNECTIONS allows " + address + " has " + share()
                    + "; further ones of it are closed. If it is a proxy, list it in TRUSTED_PROXIES"
                    : "There are " + maxConnections + " connections, as many as MAX_CONNECTIONS allows; further ones are closed");
            return;
        }
        PipelineBound bound = new PipelineBound(this::malformed);
        channel.pipeline().addBefore("handler", "pipeline-bound", bound)
                .addBefore(channel.pipeline().context(HttpRequestDecoder.class).name(), "head-lines", bound.heads());
    }

    /** What one address may have: nobody shuts all others out. */
    private int share() {
        return Math.max(1, maxConnections - maxConnections / 4);
    }

    /** Once a minute: whoever can connect could fill the log. */
    private void tell(String warning) {
        long now = nanoTime.getAsLong();
        long last = told.get();
        if (now - last >= BETWEEN_LINES && told.compareAndSet(last, now)) {
            LOG.warn(warning);
        }
    }

    /** The next answer is not made before the former one has been taken. */
    private static void whenRead(HttpServerRequest request, Vertx vertx, Handler<HttpServerRequest> handler) {
        if (!request.response().writeQueueFull()) {
            handler.handle(request);
            return;
        }
        request.pause();
        long timer = vertx.setTimer(UNREAD_MILLIS, ignored -> cut(request));
        request.response().drainHandler(ignored -> {
            if (vertx.cancelTimer(timer)) {
                request.response().drainHandler(null);
                request.resume();
                handler.handle(request);
            }
        });
    }

    /** Ends a request's connection at once: Vert.x's own way, which stands at the pipeline's end, would wait until its answers have been read. */
    public static void cut(HttpServerRequest request) {
        var unused = ((ConnectionBase) request.connection()).channel().pipeline().firstContext().close();
    }

    /** Whether it asks for a WebSocket. One with a body does not: others might read what follows differently. */
    public static boolean isUpgrade(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) && request.version() == io.vertx.core.http.HttpVersion.HTTP_1_1
                && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                // Java's own client, before JDK 19, says that its handshake has a body of no length.
                && "0".equals(request.headers().contains("Content-Length") ? request.getHeader("Content-Length") : "0")
                && !request.headers().contains("Transfer-Encoding");
    }

    /** Makes a request's connection a WebSocket, or ends it. What watches over requests leaves it when it is one, and not before. */
    public static Future<ServerWebSocket> upgrade(HttpServerRequest request) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        return request.toWebSocket().onSuccess(socket -> {
            channel.pipeline().remove(HeadLines.class);
            channel.pipeline().remove(PipelineBound.class);
            channel.pipeline().addBefore("handler", "socket-bound", new SocketBound());
            socket.exceptionHandler(failure -> {
                if (!socket.isClosed()) {
                    // Not with 1000, which clients take for an end that was meant.
                    var unused = socket.close(failure instanceof CorruptedWebSocketFrameException broken
                            ? (short) broken.closeStatus().code() : TOO_LARGE, "The message cannot be read");
                }
            });
        }).onFailure(failure -> channel.pipeline().get(PipelineBound.class).end());
    }

    private void refuse(HttpServerRequest request) {
        headers.begin(request.response()::putHeader);
        String id = requestIds.get();
        // The one status that no problem has: only who reads the raw line learns it.
        int status = request.decoderResult().cause() instanceof TooLongHttpHeaderException ? 431 : MALFORMED.code().status();
        Buffer body = Buffer.buffer(ProblemJson.of(MALFORMED, id, OrderFate.NOT_PLACED).put("status", status).toString());
        // Spelt so, since Vert.x writes it in small letters, which a client in use cannot read.
        request.response().setStatusCode(status).putHeader("Content-Type", ProblemJson.TYPE).putHeader("X-Request-Id", id)
                .putHeader("Content-Length", Integer.toString(body.length())).end(body);
        request.connection().close();
    }

    /** It reached no route, and no order was placed; which path it was for is not looked at. */
    private FullHttpResponse malformed() {
        String id = requestIds.get();
        byte[] body = ProblemJson
                .of(Problem.of(ProblemCode.INVALID_REQUEST,
                        "The request cannot be read: its body is none, or one of its headers goes on in the next line"), id,
                        OrderFate.NOT_PLACED)
                .toString().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, Unpooled.wrappedBuffer(body));
        headers.begin((name, value) -> response.headers().set(name, value));
        response.headers().set("Content-Type", ProblemJson.TYPE).set("X-Request-Id", id).set("Connection", "close")
                .set("Content-Length", body.length);
        return response;
    }
}
