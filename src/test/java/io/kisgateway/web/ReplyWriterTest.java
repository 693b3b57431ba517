package io.kisgateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.testing.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether a reply says rightly that it has reached somebody. */
class ReplyWriterTest {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    @AfterEach
    void close() {
        Patience.result(vertx.close().toCompletionStage().toCompletableFuture());
    }

    /** Found by the fault campaign: on a machine that had no time to notice it, the reply was taken for told, and the repeat was an order. */
    @Test
    void whoHungUpBeforeTheReplyLeftIsNotToldThoughNobodyHadTimeToNotice() throws IOException {
        CompletableFuture<RoutingContext> arrived = new CompletableFuture<>();
        Router router = Router.router(vertx);
        router.route().handler(arrived::complete);
        HttpServer server =
                Patience.result(
                        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture());
        Call call = new Call("r", "trading-buy", "/api/trading/buy", true, System::nanoTime);
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        call.onTold(told::complete);
        CompletableFuture<Void> busy = new CompletableFuture<>();
        CompletableFuture<Void> free = new CompletableFuture<>();
        RoutingContext context;
        try (Socket caller = new Socket("127.0.0.1", server.actualPort())) {
            caller.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            context = Patience.result(arrived);
            ((HttpServerRequestInternal) context.request()).context().runOnContext(ignored -> {
                busy.complete(null);
                Patience.result(free);
            });
            Patience.result(busy);
        }
        new ReplyWriter(JsonMapper.builder().build()).send(context, call,
                new Answer(200, "application/json", null, "{}".getBytes(StandardCharsets.US_ASCII), null), () -> {});
        free.complete(null);

        assertThat(Patience.result(told)).isFalse();
    }
}
