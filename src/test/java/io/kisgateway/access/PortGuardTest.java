package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.testing.RawHttp;
import io.kisgateway.testing.RawHttp.Answer;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What connections can do to a port, whatever they say. */
class PortGuardTest {

    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";
    @AutoClose
    private static final Rig rig = Rig.unlimited("MAX_CONNECTIONS", "20");

    private static double internal() {
        return rig.management().get("/metrics").text().lines().filter(line -> line.startsWith("kis_gateway_requests_total")
                && line.contains("result=\"internal\"")).mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** B-3: nobody who cannot even speak HTTP pages an operator. */
    @ParameterizedTest
    @ValueSource(strings = {"CONNECT a.b:443 HTTP/1.1\r\nHost: a.b:443\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET nopath HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /uapi/% HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5;a\n=b\r\nhello\r\n0\r\n\r\n",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}   ",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: foo\r\nContent-Length: 2\r\n\r\n{}",
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nExpect: 200-ok\r\n\r\n",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
        "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"})
    void whatIsNoRequestIsTheSendersFault(String bytes) {
        double before = internal();
        for (int port : new int[] {rig.gateway().port(), rig.gateway().managementPort()}) {
            Answer answer = RawHttp.first(port, bytes);
            assertThat(answer.status()).as(answer.text()).isIn(400, 404, 501);
            assertThat(answer.text()).doesNotContain("INTERNAL").contains("application/problem+json");
            // Clients of KIS cannot read it in small letters; none of them talks to the other port.
            assertThat(answer.text()).doesNotContain(port == rig.gateway().port() ? "content-length:" : "\0");
        }
        assertThat(internal()).isEqualTo(before);
    }

    /** What is in it is not what it says: an order would be read from the packing. */
    @Test
    void aPackedBodyIsRefused() {
        for (String coding : new String[] {"gzip", "br", "identity, gzip"}) {
            Answer answer = RawHttp.first(rig.gateway().port(), "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                    + "application/json\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + ORDER.length() + "\r\n\r\n" + ORDER);
            assertThat(answer.status()).as(answer.text()).isEqualTo(415);
            assertThat(answer.text()).contains("Content-Encoding", "\"outcome\":\"not_placed\"");
        }
        assertThat(rig.simulator().orders().list()).isEmpty();
    }

    /** C-1: what an older Netty read as two requests. */
    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n100000000\r\n",
        "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n80000000000000002\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0;a=\"x\r\n\r\n"})
    void noSecondRequestHidesInABody(String rest) {
        for (int port : new int[] {rig.gateway().port(), rig.gateway().managementPort()}) {
            Answer answer =
                    RawHttp.exactly(port, "POST /api/account/balance " + rest + "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer.count()).as(answer.text()).isOne();
            assertThat(answer.status()).as(answer.text()).isIn(400, 404);
        }
        Answer led = RawHttp.exactly(rig.gateway().port(), "\0GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2));
        assertThat(led.count()).isOne();
        assertThat(led.status()).isEqualTo(400);
    }

    /** C-2. */
    @ParameterizedTest
    @ValueSource(strings = {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n"})
    void neitherPortSpeaksHttp2(String bytes) {
        for (int port : new int[] {rig.gateway().port(), rig.gateway().managementPort()}) {
            Answer answer = RawHttp.first(port, bytes);
            assertThat(answer.status()).as(answer.text()).isIn(0, 200, 400, 501);
            assertThat(answer.text()).doesNotContain("101 Switching");
        }
    }

    /** C-6: what others read as one header and others as two. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n 2\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\tX: 1\r\n\r\n",
        "GET /health/live HTTP/1.1\r\n Host: localhost\r\nHost: localhost\r\n\r\n", "\r\nGET /health/live HTTP/1.1\nHost: localhost\n \n\n",
        "POST /api/account/balance HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                + "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: 1\r\n 2\r\n\r\n"})
    void aHeaderThatGoesOnInTheNextLineIsRefused(String bytes) {
        for (int port : new int[] {rig.gateway().port(), rig.gateway().managementPort()}) {
            Answer answer = RawHttp.exactly(port, bytes);
            assertThat(answer.text()).doesNotContain("\"status\":\"ok\"");
            assertThat(bytes.startsWith("POST") || answer.status() == 400).as(answer.text()).isTrue();
        }
    }

    /** One that failed left a connection that nobody watched over, and a second one on it was an internal fault. */
    @Test
    void anUpgradeThatFailsLeavesItsConnectionGuarded() {
        String begun =
                "GET /tryitout HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
        String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        try (Rig front = Rig.unlimited("KIS_FRONT", "true")) {
            int port = front.gateway().port();
            for (String next : new String[] {"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: 1\r\n 2\r\n\r\n", begun + "\r\n"}) {
                Answer answer = RawHttp.firstAndMore(port, begun + "\r\n" + next);
                assertThat(answer.status()).as(answer.text()).isEqualTo(400);
                assertThat(answer.text()).doesNotContain("INTERNAL", "200 OK");
            }
            for (String body : new String[] {"Content-Length: 2\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
                assertThat(RawHttp.first(port, begun + key + body).status()).isIn(404, 415);
            }
            assertThat(RawHttp.first(port, begun + key + "\r\n").status()).isEqualTo(101);
        }
    }

    /** Bodies may begin lines with blanks, and requests may follow each other at once. */
    @Test
    void whatOnlyLooksLikeItIsNot() {
        String ask = "POST /api/market-data/snapshot HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        String body = "{\r\n \"stock_code\"\r\n :\r\n\t\"005930\"}";
        String whole = (ask + "Content-Length: " + body.length() + "\r\n\r\n" + body).repeat(3)
                + ask + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n"
                + "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assertThat(RawHttp.exactly(rig.gateway().port(), whole).text().split("HTTP/1.1 200 OK", -1)).hasSize(6);
    }

    /** C-6: a body that is refused is not asked for, and one that is wanted is asked for once. */
    @Test
    void continueIsSaidOnceAndOnlyToWhoMaySend() {
        String head = "POST /api/trading/buy HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: "
                + ORDER.length() + "\r\n";
        assertThat(RawHttp.firstAndMore(rig.gateway().port(), head + "Content-Type: text/plain\r\n\r\n").text())
                .doesNotContain("100 Continue");
        Answer wanted = RawHttp.exactly(rig.gateway().port(), head + "Content-Type: application/json\r\n\r\n" + ORDER);
        assertThat(wanted.text().split("100 Continue", -1)).hasSize(2);
        assertThat(wanted.text()).contains("HTTP/1.1 200 OK");
    }

    /** B-1: two connections that ask for 1.4 MB 1,500 times and read nothing. */
    @Test
    void answersThatNobodyReadsAreNotMade() throws Exception {
        byte[] ask = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1500).getBytes(StandardCharsets.US_ASCII);
        long before = used();
        try (Socket one = new Socket("127.0.0.1", rig.gateway().port()); Socket other = new Socket("127.0.0.1", rig.gateway().port())) {
            for (Socket socket : List.of(one, other)) {
                try {
                    socket.getOutputStream().write(ask);
                } catch (IOException e) {
                    // Ended by the gateway while it was written, as it may.
                }
            }
            for (int i = 0; i < 5; i++) {
                assertThat(rig.http().get("/health/live").status()).isEqualTo(200);
            }
            assertThat(used() - before).isLessThan(100L << 20);
            for (Socket socket : List.of(one, other)) {
                await().until(() -> isOver(socket));
            }
        }
    }

    /** B-2, in small: bodies of 60 KB that do not end, on as many connections as there may be; the whole is {@code BodiesCampaignTest}. */
    @Test
    void bodiesThatDoNotEndTakeNoMoreMemoryThanTheirConnections() throws Exception {
        byte[] begun =
                ("POST /api/market-data/snapshot HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60001\r\n\r\n"
                        + " ".repeat(60_000)).getBytes(StandardCharsets.US_ASCII);
        long before = used();
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                Socket socket = new Socket("127.0.0.1", rig.gateway().port());
                open.add(socket);
                try {
                    socket.getOutputStream().write(begun);
                } catch (IOException e) {
                    // One too many, and closed.
                }
            }
            assertThat(rig.management().get("/health/live").status()).isEqualTo(200);
            assertThat(used() - before).isLessThan(32L << 20);
            // Ten seconds after it began each is over.
            await().until(() -> open.stream().allMatch(PortGuardTest::isOver));
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static long used() {
        return io.netty.buffer.PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()
                + io.netty.buffer.UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    private static boolean isOver(Socket socket) {
        try {
            socket.setSoTimeout(20);
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[1 << 20];
            int read;
            do {
                read = in.read(piece);
            } while (read >= 0);
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** B-1: one that is never read ends by itself. */
    @Test
    void anAnswerThatIsNotReadEndsItsConnection() throws Exception {
        byte[] ask = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50).getBytes(StandardCharsets.US_ASCII);
        double before = connections();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", rig.gateway().port()));
            socket.getOutputStream().write(ask);
            // The sockets' own buffers hold some of it; who reads nothing at all is cut off.
            await().until(() -> connections() > before);
            await().until(() -> connections() <= before);
        }
    }

    private static double connections() {
        return rig.management().get("/metrics").text().lines().filter(line -> line.startsWith("kis_gateway_connections "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ')))).findFirst().orElseThrow();
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAndTheOthersServed() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                open.add(new Socket("127.0.0.1", rig.gateway().port()));
            }
            await().until(() -> open.stream().filter(PortGuardTest::isOver).count() >= 40);
            Socket served = open.stream().filter(socket -> !isOver(socket)).findFirst().orElseThrow();
            served.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            served.setSoTimeout(5000);
            assertThat(new String(served.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
            assertThat(rig.management().get("/health/live").status()).isEqualTo(200);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        await().until(() -> RawHttp.send(rig.gateway().port(), null, "GET /health/live HTTP/1.1", "Host: localhost").status() == 200);
    }

    /** One address alone has no more than three quarters of them, and a proxy that is known to be one has all. */
    @Test
    void noAddressTakesAllConnections() throws Exception {
        assertThat(left(rig)).isEqualTo(15);
        try (Rig behind = Rig.unlimited("MAX_CONNECTIONS", "20", "TRUSTED_PROXIES", "127.0.0.2")) {
            assertThat(left(behind)).isEqualTo(20);
        }
    }

    /** How many of 60 connections of another address are left open, while this one is served if it can be. */
    private static long left(Rig rig) throws Exception {
        List<Socket> open = new ArrayList<>();
        InetAddress from = InetAddress.getByName("127.0.0.2");
        try {
            for (int i = 0; i < 60; i++) {
                open.add(new Socket(InetAddress.getLoopbackAddress(), rig.gateway().port(), from, 0));
            }
            await().until(() -> open.stream().filter(PortGuardTest::isOver).count() >= 40);
            boolean served = RawHttp.send(rig.gateway().port(), null, "GET /health/live HTTP/1.1", "Host: localhost").status() == 200;
            long left = open.stream().filter(socket -> !isOver(socket)).count();
            assertThat(served).isEqualTo(left < 20);
            return left;
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /** B-1 of WebSockets: before anybody has said who it is, answers to pings were kept for it without end. */
    @Test
    void pingsOfOneWhoReadsNothingAreNotAnswered() throws Exception {
        byte[] upgrade = ("GET /tryitout HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer pings = ByteBuffer.allocate(4000 * 131);
        while (pings.hasRemaining()) {
            pings.put(new byte[] {(byte) 0x89, (byte) (0x80 | 125), 0, 0, 0, 0}).put(new byte[125]);
        }
        try (Rig front = Rig.unlimited("KIS_FRONT", "true"); Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", front.gateway().port()));
            socket.getOutputStream().write(upgrade);
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101");
            long before = used();
            for (int i = 0; i < 100; i++) {
                socket.getOutputStream().write(pings.array());
            }
            assertThat(used() - before).isLessThan(24L << 20);
            assertThat(front.http().get("/health/live").status()).isEqualTo(200);
        }
    }
}
