package io.kisgateway.web;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/**
 * Camel's public HTTP server with bounds: Camel sets none on how long a connection may be silent or a body may take, and
 * answers a request that it cannot parse with nothing. It listens only once the routes are there.
 */
public final class EdgeServer extends VertxPlatformHttpServer {

    private static final int IDLE_SECONDS = 75;
    private static final long BODY_SECONDS = 10;
    private static final int LARGEST_HEADERS = 16 * 1024;

    private final String host;
    private final int port;
    private HttpServer server;

    /** @param port 0 for a free one */
    public EdgeServer(String host, int port) {
        super(configuration(host, port));
        this.host = host;
        this.port = port;
    }

    private static VertxPlatformHttpServerConfiguration configuration(String host, int port) {
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost(host);
        configuration.setBindPort(port);
        return configuration;
    }

    /** Where routes hang their endpoints. */
    Router router() {
        return Objects.requireNonNull(VertxPlatformHttpRouter.lookup(getCamelContext(),
                VertxPlatformHttpRouter.getRouterNameFromPort(port)), "the HTTP server is not there yet");
    }

    /** Nothing is served from files, so none are copied to a temporary folder, where a killed process would leave them. */
    @Override
    protected Vertx createVertxInstance() {
        return Vertx.vertx(new VertxOptions().setFileSystemOptions(new FileSystemOptions()
                .setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
    }

    @Override
    protected void startServer() {
        Router router = router();
        server = getVertx().createHttpServer(new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(LARGEST_HEADERS)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false));
        server.invalidRequestHandler(EdgeServer::refuse);
        server.requestHandler(request -> {
            boundBody(request);
            router.handle(request);
        });
    }

    /** Lets callers in. */
    public void listen() throws Exception {
        server.listen(port, host).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** A caller that begins a body and never ends it must not hold its connection for as long as it drips. */
    private void boundBody(HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        HttpConnection connection = request.connection();
        long timer = getVertx().setTimer(TimeUnit.SECONDS.toMillis(BODY_SECONDS), ignored -> {
            if (!request.isEnded()) {
                connection.close();
            }
        });
        request.response().endHandler(ignored -> getVertx().cancelTimer(timer));
    }

    private static void refuse(HttpServerRequest request) {
        int status = request.decoderResult().cause() instanceof TooLongHttpHeaderException ? 431 : 400;
        String requestId = Edge.newRequestId();
        request.response().setStatusCode(status)
                .putHeader("Content-Type", ProblemJson.TYPE)
                .putHeader("X-Request-Id", requestId)
                .end(ProblemJson.of(Problem.of(ProblemCode.INVALID_REQUEST,
                        "This is no HTTP/1.1 request, or its line or headers are too long"), requestId).put("status", status).toString());
        request.connection().close();
    }

    @Override
    public HttpServer getServer() {
        return server;
    }

    @Override
    public int getPort() {
        return server.actualPort();
    }

    @Override
    protected void stopServer() {
        if (server != null) {
            await(server.close());
        }
    }

    @Override
    protected void stopVertx() {
        if (getVertx() != null) {
            await(getVertx().close());
        }
    }

    private static void await(Future<Void> end) {
        end.toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }
}
