package io.kisgateway.web;

import io.kisgateway.access.PortGuard;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/** Camel's public HTTP server with the bounds of a {@link PortGuard}: Camel sets none. It listens only once the routes are there. */
public final class EdgeServer extends VertxPlatformHttpServer {

    private final String host;
    private final int port;
    private final Duration idle;
    private final PortGuard guard;
    private final Context network;
    private HttpServer server;

    /**
     * @param port    0 for a free one
     * @param network serves its connections
     */
    public EdgeServer(String host, int port, Duration idle, PortGuard guard, Context network) {
        super(configuration(host, port));
        this.network = network;
        this.host = host;
        this.port = port;
        this.idle = idle;
        this.guard = guard;
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

    @Override
    protected Vertx createVertxInstance() {
        return network.owner();
    }

    @Override
    protected void startServer() {
        Router router = router();
        server = getVertx().createHttpServer(PortGuard.options((int) idle.toSeconds()));
        guard.guard(server, getVertx(), router);
    }

    public void listen() throws Exception {
        Promise<HttpServer> listening = Promise.promise();
        network.runOnContext(here -> server.listen(port, host).onComplete(listening));
        listening.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
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
        // Others use it too.
    }

    private static void await(Future<Void> end) {
        end.toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }
}
