package io.kisgateway.kis;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kisgateway.Gateway;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A server that answers what a test tells it to; for replies that a faithful simulator never gives. */
final class StubKis implements AutoCloseable {

    static final String TOKEN_PATH = "/oauth2/tokenP";

    record Request(String method, String path, String query, Map<String, List<String>> headers, String body) {

        String header(String name) {
            return headers.entrySet().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().get(0)).findFirst().orElse(null);
        }
    }

    record Answer(int status, Map<String, String> headers, byte[] body) {

        static Answer json(int status, String body) {
            return new Answer(status, Map.of("content-type", "application/json"),
                    body.getBytes(StandardCharsets.UTF_8));
        }

        Answer header(String name, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body);
        }
    }

    /** A whole gateway in front of it, which whatever it says keeps from nothing. @param settings name, value, name, value */
    Gateway gateway(TestClock clock, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("TRADING_MODE", "REAL", "KIS_BASE_URL", url().toString(), "KIS_APP_KEY", Fixture.KEY,
                "KIS_APP_SECRET", Fixture.SECRET, "KIS_ACCOUNT_NO", "81055689-01", "PORT", "0", "MANAGEMENT_PORT", "0", "DATA_DIR",
                TestFolder.create().toString(), "RATE_LIMIT", "100000 per second"));
        all.putAll(Map.of("KIS_ACCOUNT_RATE", "64/second", "CIRCUIT_BREAKER_FAIL_MAX", "10000"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return Rig.begin(all, clock);
    }

    static final String OK =
            "{\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":\"ok\",\"output\":{\"stck_prpr\":\"70000\",\"bstp_nmix_prpr\":\"2600.12\"}}";
    static final String ORDERED = "{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\",\"msg1\":\"ok   \","
            + "\"output\":{\"KRX_FWDG_ORD_ORGNO\":\"91252\",\"ODNO\":\"0000117057\",\"ORD_TMD\":\"121052\"}}";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile Function<Request, Answer> token = request -> token("token-" + tokens.incrementAndGet());
    private volatile Function<Request, Answer> reply = request -> Answer.json(200, OK);

    StubKis() {
        // Or every answer waits 40 ms for the client's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static Answer token(String value) {
        return Answer.json(200, "{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\",\"expires_in\":86400}");
    }

    static Answer error(int status, String rtCd, String code) {
        return Answer.json(status, "{\"rt_cd\":\"" + rtCd + "\",\"msg_cd\":\"" + code + "\",\"msg1\":\"told so  \"}");
    }

    private void handle(HttpExchange exchange) throws IOException {
        connections.add(exchange.getRemoteAddress());
        try (exchange) {
            Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
                    exchange.getRequestURI().getRawQuery(), Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(request);
            Answer answer = request.path().equals(TOKEN_PATH) ? token.apply(request) : reply.apply(request);
            answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void reply(Function<Request, Answer> answer) {
        reply = answer;
    }

    /** These in turn, then the last for ever. */
    void replies(Answer... answers) {
        AtomicInteger next = new AtomicInteger();
        reply = request -> answers[Math.min(next.getAndIncrement(), answers.length - 1)];
    }

    void token(Function<Request, Answer> answer) {
        token = answer;
    }

    List<Request> requests() {
        return requests.stream().filter(request -> !request.path().equals(TOKEN_PATH)).toList();
    }

    List<Request> tokenRequests() {
        return requests.stream().filter(request -> request.path().equals(TOKEN_PATH)).toList();
    }

    /** On how many connections requests have come. */
    int connections() {
        return connections.size();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
