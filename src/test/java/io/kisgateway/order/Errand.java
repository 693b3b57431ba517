package io.kisgateway.order;

import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** One thing that a caller of the campaign wants, under a key of its own or without one; and all that was said of it. */
final class Errand {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    static final String NOTHING_LEFT = "nothing left";

    private final String name;
    private final boolean keyed;
    private final String client;
    private final String path;
    private final Supplier<String> body;
    private final Set<String> numbers = ConcurrentHashMap.newKeySet();
    private final Set<String> ends = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    /** By request id: when its caller gave it up, without a reply. */
    private final Map<String, Instant> givenUp = new ConcurrentHashMap<>();
    private volatile Instant begun;
    private volatile Instant answered;
    private volatile int by;

    /** @param body null from it while what it is for is not there */
    Errand(String name, boolean keyed, String client, String path, Supplier<String> body) {
        this.name = name;
        this.keyed = keyed;
        this.client = client;
        this.path = path;
        this.body = body;
    }

    String name() {
        return name;
    }

    boolean isKeyed() {
        return keyed;
    }

    /** Who wants it. */
    String client() {
        return client;
    }

    String path() {
        return path;
    }

    /** Null as long as there is nothing to ask for. */
    String body() {
        return body.get();
    }

    Set<String> numbers() {
        return numbers;
    }

    Set<String> ends() {
        return ends;
    }

    int requests() {
        return requests.get();
    }

    Map<String, Instant> givenUp() {
        return givenUp;
    }

    Instant begun() {
        return begun;
    }

    /** When, and by which gateway, it had its first answer; null if never. */
    Instant answered() {
        return answered;
    }

    int answeredBy() {
        return by;
    }

    boolean isAnswered() {
        return answered != null;
    }

    /** What it was told; null without a number. */
    String number() {
        return numbers.stream().findFirst().orElse(null);
    }

    /** Whose request it is. */
    static String nameOf(String requestId) {
        return requestId.substring(0, Math.max(0, requestId.lastIndexOf('.')));
    }

    /** @param patience after which its caller hangs up; null for none */
    Reply ask(Http http, int gateway, Duration patience) {
        String id = name + "." + requests.incrementAndGet();
        begun = begun == null ? Instant.now() : begun;
        var request = http.request(path).timeout(patience == null ? LONGEST : patience).POST(BodyPublishers.ofString(body()))
                .headers("Content-Type", "application/json", "X-Request-Id", id, "X-Client-Id", client, "Prefer", "wait=2");
        try {
            Reply reply = http.send(keyed ? request.header("Idempotency-Key", name) : request);
            hears(reply, gateway);
            return reply;
        } catch (AssertionError e) {
            givenUp.put(id, Instant.now());
            throw e;
        }
    }

    /** The same beside it, which only a key can tell from an order of its own. */
    CompletableFuture<Void> askBeside(Http http, int gateway) {
        return http.postAsync(path, body(), "Idempotency-Key", name, "X-Client-Id", client, "X-Request-Id",
                name + "." + requests.incrementAndGet()).thenAccept(reply -> hears(reply, gateway));
    }

    private synchronized void hears(Reply reply, int gateway) {
        if (reply.status() == 200) {
            if (reply.at("/cancelled").isBoolean() && !reply.at("/cancelled").booleanValue()) {
                ends.add(NOTHING_LEFT);
            } else {
                numbers.add(reply.at("/order_no").asText());
            }
        } else if (reply.code().equals("ORDER_NOT_PLACED") || reply.code().equals("KIS_REJECTED")) {
            ends.add(reply.code());
        } else {
            if (reply.status() < 500 && reply.status() != 409 && reply.status() != 429) {
                ends.add("unexpected " + reply.text());
            }
            return;
        }
        if (answered == null) {
            answered = Instant.now();
            by = gateway;
        }
    }
}
