package io.kisgateway.simulator;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A KIS of our own on two loopback ports: one speaks KIS, the other is for those who test (faults, orders, calls). */
public final class Simulator implements AutoCloseable {

    private final SimulatorOptions options;
    private final Vertx vertx;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final Market market;
    private final OrderBook book;
    private final Tokens tokens;
    private final Approvals approvals;
    private final Realtime realtime;
    private final RequestGate gate;
    private final Stubs stubs;
    private final ReservedOrders reserved;
    private final Faults faults;
    private final Calls calls;
    private final KisServer server;
    private final HttpServer kis;
    private final HttpServer admin;

    private Simulator(SimulatorOptions options) {
        this.options = options;
        Envelope envelope = new Envelope();
        this.market = new Market(options);
        this.book = new OrderBook(market, options);
        this.tokens = new Tokens(options);
        this.approvals = new Approvals(options);
        this.stubs = new Stubs(envelope, book, options);
        this.reserved = new ReservedOrders(market, envelope, options);
        Operations operations = new Operations(options, envelope, market, book, reserved);
        Offers offers = new Offers(options.mode(), options.stubs(), operations.paths());
        this.gate = new RequestGate(options, tokens, offers);
        this.faults = new Faults(options.seed());
        this.calls = new Calls(options.callRing());
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        try {
            TrDispatcher dispatcher = new TrDispatcher(options, envelope, gate, offers,
                    new OAuth(options, envelope, tokens, approvals), operations, stubs);
            this.realtime = new Realtime(vertx, options, market, book,
                    new RealtimeRegistry(options, envelope, approvals, faults, calls));
            this.server = new KisServer(vertx, options, envelope, tokens, faults, calls, dispatcher, realtime);
            this.kis = listen(options.port(), server::handle, this::remember);
            this.admin = listen(options.faultPort(), new Admin(this)::handle, connection -> {});
        } catch (RuntimeException e) {
            vertx.close();
            throw e;
        }
    }

    public static Simulator start(SimulatorOptions options) {
        return new Simulator(options);
    }

    private HttpServer listen(int port, Handler<HttpServerRequest> requests, Handler<HttpConnection> connected) {
        HttpServerOptions http = new HttpServerOptions()
                .setHost(options.host())
                .setPort(port)
                .setTcpNoDelay(true)
                // KIS speaks HTTP/1.1; clients that ask for HTTP/2 would find its headers malformed.
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setIdleTimeout(Math.toIntExact(options.keepAliveIdle().toSeconds()))
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        return await(vertx.createHttpServer(http)
                .connectionHandler(connected)
                .requestHandler(requests)
                .listen());
    }

    private void remember(HttpConnection connection) {
        connections.add(connection);
        connection.closeHandler(closed -> connections.remove(connection));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException("simulator: " + e.getCause().getMessage(), e.getCause());
        }
    }

    public SimulatorOptions options() {
        return options;
    }

    /** Where KIS is: {@code http://127.0.0.1:port}. */
    public String baseUrl() {
        return "http://" + options.host() + ":" + kis.actualPort();
    }

    /** Where KIS's WebSocket is, on any path: {@code ws://127.0.0.1:port}. */
    public String realtimeUrl() {
        return "ws://" + options.host() + ":" + kis.actualPort();
    }

    public int port() {
        return kis.actualPort();
    }

    /** Where faults are made and calls are looked at: the same, on another port. */
    public String adminUrl() {
        return "http://" + options.host() + ":" + admin.actualPort();
    }

    public int faultPort() {
        return admin.actualPort();
    }

    /** Calls that a fault makes late go on now. */
    public void hurry() {
        vertx.runOnContext(now -> server.hurry());
    }

    public Market market() {
        return market;
    }

    public OrderBook orders() {
        return book;
    }

    /** What was answered like an order by a stub. */
    public Stubs stubs() {
        return stubs;
    }

    /** Reserved orders that stand. */
    public int reservedOrders() {
        return reserved.size();
    }

    /** What happens to the account's orders past this API. */
    public Elsewhere elsewhere() {
        return new Elsewhere(market, book);
    }

    public Tokens tokens() {
        return tokens;
    }

    public Approvals approvals() {
        return approvals;
    }

    public Realtime realtime() {
        return realtime;
    }

    public Faults faults() {
        return faults;
    }

    public Calls calls() {
        return calls;
    }

    /** Holds a price still. Resting orders see the prices up to now first, then this one. */
    public void setPrice(String code, long price) {
        book.settle(options.clock().instant());
        market.pin(code, price);
        book.settle(options.clock().instant());
    }

    public void releasePrice(String code) {
        market.unpin(code);
    }

    public void halt(String code, boolean halted) {
        market.halt(code, halted);
    }

    /** Closes every open connection to KIS without a word, as KIS does with idle ones. */
    public void closeConnections() {
        realtime.close(0);
        connections.forEach(HttpConnection::close);
    }

    /** Back to the start: no tokens, orders, faults, calls; cash, holdings and prices as configured. */
    public void reset() {
        faults.clear();
        tokens.reset();
        approvals.reset();
        realtime.reset();
        gate.reset();
        book.reset();
        stubs.reset();
        reserved.reset();
        market.reset();
        calls.clear();
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
