package io.kisgateway.web;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ReplyForm;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;

/** What every endpoint at the edge shares: the threads that run routes, the clock, and who is told of replies. */
public final class Edge {

    /** Told of every finished call, on the thread that finished it; must not block. */
    @FunctionalInterface
    public interface Observer {

        /**
         * @param exchange what carried it, or null if it reached no route
         * @param status  the HTTP status sent
         * @param problem what went wrong, or null
         */
        void finished(Call call, Exchange exchange, int status, Problem problem);
    }

    private final Executor workers;
    private final LongSupplier nanoTime;
    private final Observer observer;
    private final ReplyWriter writer;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicInteger running = new AtomicInteger();
    private final boolean tracing;
    private volatile Function<String, ReplyForm> forms = path -> null;
    private volatile Function<String, BiConsumer<ServerWebSocket, HttpServerRequest>> sockets = path -> null;

    /**
     * @param workers  runs the routes; rejects when full
     * @param nanoTime a monotonic clock
     * @param tracing  whether a call that brought no trace begins one
     */
    Edge(Executor workers, LongSupplier nanoTime, JsonMapper json, boolean tracing, Observer observer) {
        this.workers = Objects.requireNonNull(workers);
        this.nanoTime = Objects.requireNonNull(nanoTime);
        this.observer = Objects.requireNonNull(observer);
        this.writer = new ReplyWriter(json);
        this.tracing = tracing;
    }

    /** @param byPath how answers look at a path; null for as usual */
    public void forms(Function<String, ReplyForm> byPath) {
        forms = byPath;
    }

    /** @param byPath who takes WebSockets there, each with the request that it was; null for nobody */
    public void sockets(Function<String, BiConsumer<ServerWebSocket, HttpServerRequest>> byPath) {
        sockets = byPath;
    }

    /** Null for nobody. */
    BiConsumer<ServerWebSocket, HttpServerRequest> socket(String path) {
        return sockets.apply(path);
    }

    /** Null for as usual. */
    ReplyForm form(String path) {
        return forms.apply(path);
    }

    Executor workers() {
        return workers;
    }

    ReplyWriter writer() {
        return writer;
    }

    Observer observer() {
        return observer;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    boolean isTracing() {
        return tracing;
    }

    /** An opaque id for a request that brought none. */
    static String newRequestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return Long.toHexString(random.nextLong() | Long.MIN_VALUE) + Long.toHexString(random.nextLong() | Long.MIN_VALUE);
    }

    /** From now on new calls are refused with SHUTTING_DOWN; running ones finish. */
    public void close() {
        closing.set(true);
    }

    public boolean isClosing() {
        return closing.get();
    }

    /** Calls that have begun and not ended. */
    public int running() {
        return running.get();
    }

    void begun() {
        running.incrementAndGet();
    }

    void ended() {
        running.decrementAndGet();
    }

    /** What a call is told whose route an operator has stopped or suspended. */
    static Problem paused() {
        return Problem.of(ProblemCode.PAUSED, "This endpoint is paused by an operator");
    }

    /** What a call is told that comes, or still waits, when the gateway goes down. */
    public static Problem shuttingDown() {
        return Problem.of(ProblemCode.SHUTTING_DOWN, "This instance is going down; call again")
                .retryAfter(Duration.ofSeconds(1));
    }
}
