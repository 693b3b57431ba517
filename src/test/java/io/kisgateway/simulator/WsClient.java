package io.kisgateway.simulator;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of KIS's WebSocket on the JDK's own: what arrives is kept in order. */
final class WsClient implements WebSocket.Listener, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** So long a connection that may be broken is listened to for its closing frame. */
    private static final Duration UNTOLD = Duration.ofSeconds(3);

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;
    private final String approvalKey;

    WsClient(String url, String approvalKey) {
        this.approvalKey = approvalKey;
        this.socket = Patience.result(HTTP.newWebSocketBuilder().buildAsync(URI.create(url), this));
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            texts.add(part.toString());
            part.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(0);
    }

    /**
     * The code of the closing frame, 1006 or 0 if the connection broke without one. The JDK's client can miss the end of a connection, whose
     * socket stays in CLOSE_WAIT, until it writes.
     */
    int closeCode() {
        if (!closed.copy().completeOnTimeout(null, UNTOLD.toMillis(), TimeUnit.MILLISECONDS).thenApply(code -> code != null).join()) {
            await().until(() -> {
                var unused = socket.sendPing(ByteBuffer.allocate(0)).whenComplete((sent, failure) -> {
                    if (failure instanceof IOException) {
                        closed.completeOnTimeout(0, UNTOLD.toMillis(), TimeUnit.MILLISECONDS);
                    }
                });
                return closed.isDone();
            });
        }
        return closed.join();
    }

    boolean open() {
        return !closed.isDone();
    }

    String next() {
        return Patience.next(texts, text -> true, "message");
    }

    JsonNode nextJson() {
        return json(next());
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String text) {
        Patience.result(socket.sendText(text, true));
    }

    void pong(String payload) {
        Patience.result(socket.sendPong(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8))));
    }

    static String message(String approvalKey, String trType, String trId, String trKey) {
        return "{\"header\":{\"approval_key\":\"" + approvalKey + "\",\"custtype\":\"P\",\"tr_type\":\"" + trType
                + "\",\"content-type\":\"utf-8\"},\"body\":{\"input\":{\"tr_id\":\"" + trId + "\",\"tr_key\":\""
                + trKey + "\"}}}";
    }

    void ask(String trType, String trId, String trKey) {
        send(message(approvalKey, trType, trId, trKey));
    }

    /** Registers and gives the reply. */
    JsonNode register(String trId, String trKey) {
        ask("1", trId, trKey);
        return nextJson();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
