package io.kisgateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.testing.Patience;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;

/** A client of KIS's WebSocket. */
final class KisSocket implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private final String appKey;
    private final String secret;
    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private final boolean greedy;
    private WebSocket socket;
    String closedBecause = "";

    private KisSocket(int port, String appKey, String secret, boolean greedy) {
        this.port = port;
        this.appKey = appKey;
        this.secret = secret;
        this.greedy = greedy;
    }

    static KisSocket open(int port, String path) {
        return open(port, path, "any-client", "any-secret", true);
    }

    /** @param greedy whether it reads what comes; otherwise one message only */
    static KisSocket open(int port, String path, String appKey, String secret, boolean greedy) {
        KisSocket client = new KisSocket(port, appKey, secret, greedy);
        client.socket = Patience.result(HTTP.newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:" + port + path), client));
        return client;
    }

    @Override
    public void onOpen(WebSocket opened) {
        opened.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            messages.add(part.toString());
            part.setLength(0);
        }
        if (greedy) {
            from.request(1);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closedBecause = reason;
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(1006);
    }

    String approvalKey() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/oauth2/Approval"))
                .header("Content-Type", "application/json").timeout(Patience.MOST)
                .POST(HttpRequest.BodyPublishers.ofString("{\"grant_type\":\"client_credentials\",\"appkey\":\"" + appKey
                        + "\",\"secretkey\":\"" + secret + "\"}"))
                .build();
        try {
            String body = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
            String key = JSON.readTree(body).path("approval_key").asText();
            assertThat(key).as(body).isNotEmpty();
            return key;
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void send(String text) {
        Patience.result(socket.sendText(text, true));
    }

    void pong(String text) {
        Patience.result(socket.sendPong(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    static String message(String approvalKey, String type, String trId, String trKey) {
        return "{\"header\":{\"approval_key\":\"" + approvalKey + "\",\"custtype\":\"P\",\"tr_type\":\"" + type
                + "\",\"content-type\":\"utf-8\"},\"body\":{\"input\":{\"tr_id\":\"" + trId + "\",\"tr_key\":\"" + trKey + "\"}}}";
    }

    /** With a new approval key, as python-kis does. */
    JsonNode register(String trId, String trKey) {
        send(message(approvalKey(), "1", trId, trKey));
        return answer(trId, trKey);
    }

    JsonNode unregister(String trId, String trKey) {
        send(message(approvalKey(), "2", trId, trKey));
        return answer(trId, trKey);
    }

    JsonNode answer(String trId, String trKey) {
        return json(await("an answer to " + trId + " " + trKey, text -> text.startsWith("{") && !text.contains("PINGPONG")
                && (trKey == null || json(text).path("header").path("tr_key").asText().equals(trKey))));
    }

    static String code(JsonNode answer) {
        return answer.path("body").path("msg_cd").asText();
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /** The next message that is one, others being thrown away. */
    String await(String what, Predicate<String> one) {
        return Patience.next(messages, one, what);
    }

    /** What has come and not been waited for. */
    LinkedBlockingQueue<String> messages() {
        return messages;
    }

    String record(String trId, String trKey) {
        return await("a record of " + trId + " " + trKey, text -> text.startsWith("0|" + trId + "|001|" + trKey + "^"));
    }

    int awaitClosed() {
        return Patience.result(closed);
    }

    boolean isClosed() {
        return closed.isDone();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
