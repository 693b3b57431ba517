package io.kisgateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** A WebSocket that collects messages of JSON. */
public final class SocketReader implements WebSocket.Listener, AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private WebSocket socket;

    private SocketReader() {}

    /** @param headers name, value, name, value */
    public static SocketReader open(int port, String path, String... headers) {
        SocketReader reader = new SocketReader();
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        reader.socket = Patience.result(builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), reader));
        return reader;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            try {
                messages.add(JSON.readTree(text.toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        messages.add(JSON.createObjectNode().put("event", "closed").put("code", code));
        return null;
    }

    public void say(String message) {
        Patience.result(socket.sendText(message, true));
    }

    /** The next message of this event, in its turn; others before it are thrown away. */
    public JsonNode next(String event) {
        return Patience.next(messages, message -> message.path("event").asText().equals(event), event);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
