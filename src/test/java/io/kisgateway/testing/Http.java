package io.kisgateway.testing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A caller of the gateway, over real HTTP. */
public final class Http {

    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;
    private final boolean checked;

    public Http(String base) {
        this(base, false);
    }

    private Http(String base, boolean checked) {
        this.base = base;
        this.checked = checked;
    }

    /** A caller at the public door who holds every request and reply against the OpenAPI document. */
    static Http checked(String base) {
        return new Http(base, true);
    }

    /** What came back. */
    public record Reply(int status, HttpHeaders headers, String text) {

        public JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + text, e);
            }
        }

        /** A member by JSON pointer, missing if the body is not JSON or has none. */
        public JsonNode at(String pointer) {
            return text.isEmpty() ? MissingNode.getInstance() : json().at(pointer);
        }

        public String code() {
            return at("/code").asText();
        }

        public String header(String name) {
            return headers.firstValue(name).orElse(null);
        }
    }

    public Reply get(String path) {
        return send(request(path).GET());
    }

    public CompletableFuture<Reply> getAsync(String path) {
        HttpRequest request = request(path).GET().build();
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> reply(request, null, response));
    }

    /** Posts JSON; headers as name, value, name, value. */
    public Reply post(String path, String body, String... headers) {
        return send(json(path, body, headers).build(), body);
    }

    public CompletableFuture<Reply> postAsync(String path, String body, String... headers) {
        HttpRequest request = json(path, body, headers).build();
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> reply(request, body, response));
    }

    private HttpRequest.Builder json(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        return headers.length == 0 ? request : request.headers(headers);
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofMinutes(3));
    }

    public Reply send(HttpRequest.Builder request) {
        return send(request.build(), null);
    }

    /** @param body null if this class does not know it */
    private Reply send(HttpRequest request, String body) {
        try {
            return reply(request, body, client.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError("no reply", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Reply reply(HttpRequest request, String body, HttpResponse<String> response) {
        Reply reply = new Reply(response.statusCode(), response.headers(), response.body());
        if (checked) {
            ApiContract.shared().check(request.method(), request.uri(), body, reply);
        }
        return reply;
    }
}
