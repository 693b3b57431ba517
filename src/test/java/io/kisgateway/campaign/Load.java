package io.kisgateway.campaign;

import io.kisgateway.testing.Http.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers who ask again as soon as they are answered, and a moment later if they were refused. A caller whose gateway is
 * gone goes to the next. No two requests under way ask for the same, so that each is known again where it arrives.
 */
final class Load {

    /** What callers ask for; the n-th request of all. */
    interface Question {
        Asked ask(int n);
    }

    /** @param key by which the request is known again at KIS */
    record Asked(String path, String body, String key) {}

    /** One request and its end. */
    record Sample(String path, String key, Instant sent, Instant answered, int status, String code) {
        boolean served() {
            return status == 200;
        }

        long millis() {
            return Duration.between(sent, answered).toMillis();
        }
    }

    static final int CODES = 5000;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final List<String> doors;
    private final String[] headers;
    private final AtomicInteger numbers;
    private final Phaser underWay = new Phaser(1);
    private volatile boolean ended;
    final Queue<Sample> samples = new ConcurrentLinkedQueue<>();

    /** @param headers name, value, name, value */
    Load(List<String> doors, AtomicInteger numbers, String... headers) {
        this.doors = doors;
        this.numbers = numbers;
        this.headers = headers;
    }

    static Asked snapshot(int n) {
        String code = Integer.toString(900_001 + n % CODES);
        return new Asked("/api/market-data/snapshot", "{\"stock_code\":\"" + code + "\"}", code);
    }

    void start(int callers, int pauseMillis, Question question) {
        for (int i = 0; i < callers; i++) {
            underWay.register();
            next(i % doors.size(), pauseMillis, question);
        }
    }

    private void next(int door, int pauseMillis, Question question) {
        if (ended) {
            underWay.arriveAndDeregister();
            return;
        }
        Asked asked = question.ask(numbers.getAndIncrement());
        Instant sent = Instant.now();
        var unused = post(doors.get(door), asked.path(), asked.body(), headers).whenComplete((reply, failure) -> {
            samples.add(new Sample(asked.path(), asked.key(), sent, Instant.now(), failure == null ? reply.status() : 0,
                    failure != null ? "NO_REPLY" : reply.status() == 200 ? "" : reply.code()));
            int pause = failure == null && reply.status() == 200 ? 0 : pauseMillis;
            int then = failure == null ? door : (door + 1) % doors.size();
            CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(() -> next(then, pauseMillis, question));
        });
    }

    CompletableFuture<Reply> post(String door, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(door + path)).timeout(Duration.ofSeconds(400))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        return client.sendAsync((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString())
                .thenApply(r -> new Reply(r.statusCode(), r.headers(), r.body()));
    }

    /** Nobody asks any more; those under way are waited for. */
    void end(Duration atMost) {
        ended = true;
        int phase = underWay.arriveAndDeregister();
        try {
            underWay.awaitAdvanceInterruptibly(phase, atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(underWay.getUnarrivedParties() + " callers were never answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How often each status came, with its code. */
    Map<String, Integer> answers() {
        Map<String, Integer> answers = new TreeMap<>();
        samples.forEach(s -> answers.merge(s.code().isEmpty() ? Integer.toString(s.status()) : s.status() == 0 ? "no reply"
                : s.status() + " " + s.code(), 1, Integer::sum));
        return answers;
    }

    List<Sample> served() {
        return samples.stream().filter(Sample::served).toList();
    }
}
