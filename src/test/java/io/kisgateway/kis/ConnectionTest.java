package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.call.OrderFate;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.RawKis.Behaviour;
import io.kisgateway.kis.RawKis.Close;
import io.kisgateway.runtime.Store;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to queries and orders when the connection breaks, at each place where it can. */
@Execution(ExecutionMode.CONCURRENT)
class ConnectionTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);
    private static final Duration READ = Duration.ofMillis(300);
    private static final Duration CALL = Duration.ofSeconds(4);
    /** So long that what ends before it has not ended by it. */
    private static final Duration LONG_CALL = Duration.ofSeconds(20);
    /** What never ends by itself may be ended so late by a busy machine. */
    private static final Duration LATE = Duration.ofSeconds(30);
    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

    private final CountDownLatch over = new CountDownLatch(1);
    private RawKis kis;
    private Fixture gateway;

    @BeforeEach
    void start() {
        kis = new RawKis();
        gateway = gateway(LONG_CALL, LONG_CALL);
    }

    private Fixture gateway(Duration read, Duration call) {
        return new Fixture(kis.url(), options -> {
            options.read = read;
            options.call = call;
            options.hurry = true;
        });
    }

    @AfterEach
    void stop() throws IOException {
        over.countDown();
        gateway.close();
        kis.close();
    }

    private static Behaviour reset() {
        return (socket, request) -> {
            socket.setSoLinger(true, 0);
            throw new Close();
        };
    }

    private Behaviour silent() {
        return (socket, request) -> over.await(60, TimeUnit.SECONDS);
    }

    static Stream<Arguments> faultsAfterSending() {
        Behaviour closed = (socket, request) -> {
            throw new Close();
        };
        Behaviour cut = (socket, request) -> {
            RawKis.write(socket, HEAD + "content-length: 500\r\n\r\n{\"rt_cd\":\"0\",");
            throw new Close();
        };
        Behaviour cutChunk = (socket, request) -> {
            RawKis.write(socket, HEAD + "transfer-encoding: chunked\r\n\r\n10\r\n{\"rt_cd\"");
            throw new Close();
        };
        Behaviour notHttp = (socket, request) -> {
            RawKis.write(socket, "\u0000\u0001 this is not HTTP\r\n\r\n");
            throw new Close();
        };
        Behaviour huge = (socket, request) -> {
            RawKis.write(socket, HEAD + "transfer-encoding: chunked\r\n\r\n");
            String chunk = "x".repeat(0x10000);
            for (int i = 0; i < 1000; i++) {
                RawKis.write(socket, "10000\r\n" + chunk + "\r\n");
            }
        };
        Behaviour headers = (socket, request) -> {
            RawKis.write(socket, "HTTP/1.1 200 OK\r\n");
            for (int i = 0; i < 100_000; i++) {
                RawKis.write(socket, "h" + i + ": " + "x".repeat(1000) + "\r\n");
            }
        };
        Behaviour blank = (socket, request) -> RawKis.json(socket, 200, "");
        Behaviour garbage = (socket, request) -> RawKis.json(socket, 200, "\u00ff{rt_cd");
        Behaviour array = (socket, request) -> RawKis.json(socket, 200, "[1,2]");
        Behaviour html = (socket, request) -> RawKis.write(socket,
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>");
        Behaviour maintenance = (socket, request) -> RawKis.write(socket, "HTTP/1.1 503 Service Unavailable\r\n"
                + "retry-after: 1\r\ncontent-length: 13\r\n\r\n<html></html>");
        Behaviour redirect = (socket, request) -> RawKis.write(socket, "HTTP/1.1 302 Found\r\n"
                + "location: /elsewhere\r\ncontent-length: 0\r\n\r\n");
        return Stream.of(
                Arguments.of("reset", reset(), ProblemCode.KIS_UNAVAILABLE, 3),
                Arguments.of("closed", closed, ProblemCode.KIS_UNAVAILABLE, 3),
                Arguments.of("closed within the body", cut, ProblemCode.KIS_UNAVAILABLE, 3),
                Arguments.of("closed within a chunk", cutChunk, ProblemCode.KIS_UNAVAILABLE, 3),
                Arguments.of("not HTTP", notHttp, ProblemCode.KIS_UNREADABLE, 2),
                Arguments.of("oversize", huge, ProblemCode.KIS_UNREADABLE, 2),
                Arguments.of("endless headers", headers, ProblemCode.KIS_UNREADABLE, 2),
                Arguments.of("blank 200", blank, ProblemCode.KIS_UNREADABLE, 2),
                Arguments.of("garbage", garbage, ProblemCode.KIS_UNREADABLE, 2),
                Arguments.of("array", array, ProblemCode.KIS_UNREADABLE, 2),
                Arguments.of("HTML 200", html, ProblemCode.KIS_UNREADABLE, 2),
                Arguments.of("HTML 503", maintenance, ProblemCode.KIS_UNAVAILABLE, 3),

                Arguments.of("redirect", redirect, ProblemCode.KIS_UNREADABLE, 2));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsAfterSending")
    void anOrderIsSentOnceAndItsFateIsUnknown(String name, Behaviour fault, ProblemCode code, int requests) {
        kis.behaviour(fault);
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        assertThat(result.call().orderFate()).isEqualTo(OrderFate.UNKNOWN);
        assertThat(kis.requests()).hasSize(1);
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsAfterSending")
    void aQueryIsSentAgainByTheTableAndNotByTheClient(String name, Behaviour fault, ProblemCode code, int requests) {
        kis.behaviour(fault);
        Result result = gateway.send("direct:stock-snapshot", STOCK);
        assertThat(result.problem().code()).isEqualTo(code);
        assertThat(kis.requests()).hasSize(requests);
        assertThat(gateway.breaker.getFailCounter()).as("one call of a caller").isEqualTo(1);
        assertThat(gateway.waits).hasSize(kis.requests().size() - 1);
    }

    @Test
    void anOrderWithoutAReplyIsUnknownAfterTheReadTimeout() {
        gateway.close();
        gateway = gateway(READ, LONG_CALL);
        kis.behaviour(silent());
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        assertThat(result.call().orderFate()).isEqualTo(OrderFate.UNKNOWN);
        assertThat(kis.requests()).hasSize(1);
        assertThat(Duration.ofNanos(result.call().kisNanos())).isBetween(READ, LONG_CALL.minusSeconds(1));
    }

    @Test
    void aQueryWithoutAReplyTimesOut() {
        gateway.close();
        gateway = gateway(READ, LONG_CALL);
        kis.behaviour(silent());
        Result result = gateway.send("direct:stock-snapshot", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        assertThat(kis.requests()).hasSize(3);
        assertThat(Duration.ofNanos(result.call().elapsedNanos())).isLessThan(LONG_CALL.minusSeconds(1));
    }

    /** A byte at a time, each soon enough for the read timeout. */
    private Behaviour dripping(String before, String drop) {
        return (socket, request) -> {
            RawKis.write(socket, before);
            while (over.getCount() > 0) {
                RawKis.write(socket, drop);
                over.await(100, TimeUnit.MILLISECONDS);
            }
        };
    }

    static Stream<Arguments> drips() {
        return Stream.of(
                Arguments.of("body", HEAD + "content-length: 100000\r\n\r\n", " "),
                Arguments.of("chunks", HEAD + "transfer-encoding: chunked\r\n\r\n", "1\r\n \r\n"),
                Arguments.of("status line", "", "H"),
                Arguments.of("one header line", "HTTP/1.1 200 OK\r\nx: ", "y"),
                Arguments.of("headers", "HTTP/1.1 200 OK\r\n", "x: y\r\n"),
                Arguments.of("100 Continue", "", "HTTP/1.1 100 Continue\r\n\r\n"),
                Arguments.of("102 Processing", "", "HTTP/1.1 102 Processing\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("drips")
    void aReplyThatDripsEndsWithTheCallsTime(String where, String before, String drop) {
        gateway.close();
        // A busy machine may let no drop fall for a while.
        gateway = gateway(CALL, CALL);
        // And all of the call's time go by before the first of all has left.
        await().until(() -> gateway.send("direct:stock-snapshot", STOCK).failure() == null);
        kis.behaviour(dripping(before, drop));
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        assertThat(result.call().orderFate()).isEqualTo(OrderFate.UNKNOWN);
        assertThat(Duration.ofNanos(result.call().elapsedNanos())).isBetween(CALL.minusMillis(100), CALL.plus(LATE));
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(1);
        assertThat(gateway.send("direct:stock-snapshot", STOCK).problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        await().until(() -> kis.openConnections() == 0);
    }

    @Test
    void aTlsHandshakeThatDripsEndsWithTheCallsTimeAndIsCertain() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread dripper = new Thread(() -> {
                try {
                    while (true) {
                        Socket socket = server.accept();
                        // A record of 16 KiB that never becomes whole.
                        socket.getOutputStream().write(new byte[] {22, 3, 3, 64, 0});
                        while (!over.await(100, TimeUnit.MILLISECONDS)) {
                            socket.getOutputStream().write(1);
                        }
                    }
                } catch (IOException | InterruptedException e) {
                    // The client is gone.
                }
            });
            dripper.setDaemon(true);
            dripper.start();
            URI url = URI.create("https://127.0.0.1:" + server.getLocalPort());
            try (Fixture other = new Fixture(url, options -> {
                options.connect = Duration.ofSeconds(1);
                options.call = CALL;
                Path folder = TestFolder.create();
                options.storeOf = clock -> Store.inFolder(folder, clock);
                new KeptToken(Store.inFolder(folder, options.clock), "token", new TokenCipher(options.secret, "test"), options.clock)
                        .write(new Token("token-1", options.clock.instant(), options.clock.instant().plus(Duration.ofHours(24))));
            })) {
                Result result = other.order("direct:trading-buy", STOCK);
                assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
                assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
                assertThat(Duration.ofNanos(result.call().elapsedNanos())).isLessThan(CALL.plus(LATE));
            }
        }
    }

    @Test
    void credentialsGoToKisAlone() {
        String elsewhere = "http://localhost:" + kis.url().getPort();
        try (Fixture other = new Fixture(kis.url(), options -> options.routeUrl = elsewhere)) {
            Result result = other.send("direct:stock-snapshot", STOCK);
            assertThat(result.failure()).hasStackTraceContaining("which is not KIS");
            assertThat(kis.requests()).isEmpty();
        }
    }

    @Test
    void connectionRefusedIsCertainAndGoesAgainOrdersToo() throws IOException {
        nothingSent(URI.create("http://127.0.0.1:" + FreePort.next()), 2);
    }

    @Test
    void anUnknownHostIsCertain() {
        nothingSent(URI.create("http://kis.invalid:9443"), 2);
    }

    @Test
    void aFailedTlsHandshakeIsCertain() {
        kis.behaviour(reset());
        nothingSent(URI.create("https://127.0.0.1:" + kis.url().getPort()), 2);
        assertThat(kis.requests()).isEmpty();
    }

    private void nothingSent(URI url, int repeats) {
        try (Fixture other = new Fixture(url, options -> {
            options.connect = READ;
            options.hurry = true;
        })) {
            for (String endpoint : new String[] {"direct:stock-snapshot", "direct:trading-buy"}) {
                other.waits.clear();
                other.clock.advance(Duration.ofMinutes(2));
                Result result = endpoint.equals("direct:trading-buy") ? other.order(endpoint, STOCK)
                        : other.send(endpoint, STOCK);
                assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
                assertThat(result.problem().retryAfter()).isNotNull();
                assertThat(result.call().orderFate())
                        .isEqualTo(endpoint.equals("direct:trading-buy") ? OrderFate.NOT_PLACED : OrderFate.NO_ORDER);
                assertThat(other.waits).hasSize(repeats);
            }
        }
    }

    @Test
    void aRefusedConnectionForAnOrderWithATokenInHandIsCertain() throws IOException {
        gateway.send("direct:stock-snapshot", STOCK);
        kis.refuse();
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
        assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
        assertThat(gateway.waits).hasSize(2);
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(1);
    }

    @Test
    void staleConnectionsNeverShow() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).isNotNull();
            kis.closeConnections();
            await().until(() -> kis.openConnections() == 0);
        }
        assertThat(kis.requests()).hasSize(20);
        assertThat(gateway.waits).isEmpty();
    }

    @Test
    void queriesShareAConnectionAndOrdersGetAFreshOne() {
        for (int i = 0; i < 3; i++) {
            gateway.send("direct:stock-snapshot", STOCK);
            gateway.send("direct:stock-snapshot", STOCK);
            gateway.order("direct:trading-buy", STOCK);
        }
        assertThat(kis.requests().stream().filter(request -> request.head().startsWith("POST"))
                .map(RawKis.Request::connection)).doesNotHaveDuplicates();
        for (int i = 0; i < 9; i += 3) {
            assertThat(kis.requests().get(i).connection()).isEqualTo(kis.requests().get(i + 1).connection());
            assertThat(kis.requests().get(i + 2).connection()).isNotEqualTo(kis.requests().get(i + 1).connection());
        }
    }

    @Test
    void anOrderGoesWithItsLengthAndInOnePiece() {
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(kis.requests()).as(() -> "what came of it: " + result.problem()).hasSize(1);
        RawKis.Request order = kis.requests().get(0);
        assertThat(order.head().toLowerCase(Locale.ROOT))
                .contains("content-length: " + order.body().length())
                .contains("content-type: application/json; charset=utf-8")
                .doesNotContain("transfer-encoding").doesNotContain("expect:").doesNotContain("upgrade")
                .doesNotContain("content-encoding");
        assertThat(order.body()).startsWith("{").endsWith("}").contains("\"ORD_QTY\":\"1\"", "\"CNDT_PRIC\":\"\"",
                "\"CANO\":\"" + Fixture.ACCOUNT + "\"", "\"ACNT_PRDT_CD\":\"01\"", "\"PDNO\":\"005930\"");
        assertThat(order.head().split("(?i)content-length:")).hasSize(2);
        assertThat(order.head().split("(?i)content-type:")).hasSize(2);
    }

    @Test
    void cookiesAreNotKept() {
        kis.behaviour((socket, request) -> RawKis.write(socket, "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: "
                + StubKis.OK.length() + "\r\n\r\n" + StubKis.OK));
        gateway.send("direct:stock-snapshot", STOCK);
        gateway.send("direct:stock-snapshot", STOCK);
        assertThat(kis.requests().get(1).head().toLowerCase(Locale.ROOT)).doesNotContain("cookie");
    }
}
