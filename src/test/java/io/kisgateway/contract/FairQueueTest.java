package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Calls;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever asks for much, of one endpoint or in one request, shuts nobody out: at the wire, as KIS sees it. */
class FairQueueTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String DAILY = "/api/market-data/daily-prices";
    private static final int FLOOD = 40;
    private final List<CompletableFuture<Reply>> flood = new ArrayList<>();

    /** Calls of one client, which wait for long. */
    private void flood(Rig rig) {
        codes(rig).subList(0, FLOOD).forEach(code -> flood
                .add(rig.http().postAsync(SNAPSHOT, "{\"stock_code\":\"" + code + "\"}", "X-Client-Id", "flood", "Prefer", "wait=30")));
        await().until(() -> waiting(rig) >= FLOOD / 2);
    }

    private static List<String> codes(Rig rig) {
        return new ArrayList<>(rig.simulator().market().codes());
    }

    private static int waiting(Rig rig) {
        return rig.http().get("/stats").at("/endpoints/market-data-snapshot/queue_length").intValue();
    }

    /** First come, first served would have it last of all. */
    private static void assertServedBeforeTheFlood(Rig rig, Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(waiting(rig)).as("those who came before and wait still").isGreaterThan(FLOOD / 10);
    }

    @Test
    void oneClientsFloodHoldsUpNoOtherClient() {
        try (Rig rig = Rig.start(options -> options.extraIssues(FLOOD), Mode.REAL, "RATE_LIMIT", "3 per second", "SHUTDOWN_TIMEOUT", "0")) {
            rig.http().post("/api/account/balance", "{}");
            flood(rig);
            String other = codes(rig).get(FLOOD);
            assertServedBeforeTheFlood(rig, rig.http().post(SNAPSHOT, "{\"stock_code\":\"" + other + "\"}", "X-Client-Id", "calm"));
        }
    }

    @Test
    void aFullQueueIsNamedAndSaysWhenThoseInItHaveGone() {
        // The clock stands still: in a new minute one of them would go.
        try (Rig rig = Rig.at(TestClock.morning(), "RATE_LIMIT", "1 per minute", "RATE_LIMIT_QUEUE_MAX", "4", "RATE_LIMIT_WAIT_CAP", "300",
                "RATE_LIMIT_MAX_WAIT", "300", "SHUTDOWN_TIMEOUT", "0")) {
            assertThat(ask(rig, "one", 0).join().status()).isEqualTo(200);
            for (int i = 1; i <= 2; i++) {
                int waiting = i;
                flood.add(ask(rig, "one", i));
                await().until(() -> waiting(rig) == waiting);
            }
            Reply own = ask(rig, "one", 3).join();
            assertThat(own.at("/detail").asText()).contains("other calls of yours wait already");
            assertRefused(own, "client", 61, 120);
            for (int i = 3; i <= 4; i++) {
                int waiting = i;
                flood.add(ask(rig, "two", i));
                await().until(() -> waiting(rig) == waiting);
            }
            Reply full = ask(rig, "three", 5).join();
            assertThat(full.at("/detail").asText()).contains("as many calls wait already as may");
            assertRefused(full, "queue", 181, 240);
        }
    }

    private static CompletableFuture<Reply> ask(Rig rig, String client, int code) {
        return rig.http().postAsync(SNAPSHOT, "{\"stock_code\":\"" + codes(rig).get(code) + "\"}", "X-Client-Id", client);
    }

    /** Some seconds less, as the test itself takes time. */
    private static void assertRefused(Reply reply, String limit, int least, int most) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(429);
        int seconds = Integer.parseInt(reply.header("retry-after"));
        assertThat(seconds).isBetween(least - 60, most);
        assertThat(reply.header("ratelimit")).isEqualTo("\"" + limit + "\";r=0;t=" + seconds);
        assertThat(reply.header("x-ratelimit-remaining")).isEqualTo("0");
        assertThat(reply.header("x-ratelimit-limit")).isEqualTo("1");
    }

    /** B-0: with the waiters and headers that were seen, by address alone; who comes from elsewhere says nothing of how long it would wait. */
    @ParameterizedTest
    @ValueSource(ints = {20, 40, 120})
    void oneAddresssPatienceShutsNobodyOut(int greedy) throws Exception {
        try (Rig rig = Rig.start(options -> options, Mode.REAL, "RATE_LIMIT", "3 per second", "SHUTDOWN_TIMEOUT", "0")) {
            rig.http().post("/api/account/balance", "{}");
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < greedy; i++) {
                    Socket socket =
                            new Socket(InetAddress.getLoopbackAddress(), rig.gateway().port(), InetAddress.getByName("127.0.0.2"), 0);
                    open.add(socket);
                    String body = "{\"stock_code\":\"005930\",\"quantity\":" + (i + 1) + "}";
                    // Another name each: an address is no crowd because it says so.
                    socket.getOutputStream()
                            .write(("POST /api/trading/sell HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Prefer: wait=30\r\nX-Client-Id: worker-" + i + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                    + body)
                                    .getBytes(StandardCharsets.US_ASCII));
                }
                await().until(
                        () -> rig.http().get("/stats").at("/endpoints/trading-sell/queue_length").intValue() >= Math.min(greedy, 80) / 2);
                for (int i = 0; i < 3; i++) {
                    Reply reply = rig.http().post("/api/trading/sell", "{\"stock_code\":\"000660\",\"quantity\":" + (i + 1) + "}");
                    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                }
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void oneEndpointsFloodHoldsUpNoOtherEndpointWhereTheAccountIsShort() {
        try (Rig rig =
                Rig.start(options -> options.extraIssues(FLOOD), Mode.VIRTUAL, "KIS_ACCOUNT_RATE", "3/second", "SHUTDOWN_TIMEOUT", "0")) {
            rig.http().post("/api/account/balance", "{}");
            flood(rig);
            assertServedBeforeTheFlood(rig, rig.http().post("/api/account/balance", "{}", "X-Client-Id", "flood"));
        }
    }

    /** Virtual trading as it comes: one call a second. */
    @Test
    @Tag("campaign")
    void inMockTenAtOnceAreServedNobodyIsShutOutAndNamesAppear() {
        try (Rig rig = Rig.start(options -> options.extraIssues(FLOOD), Mode.VIRTUAL)) {
            List<String> codes = codes(rig);
            List<CompletableFuture<Reply>> ten = IntStream.range(0, 10)
                    .mapToObj(i -> rig.http().postAsync(SNAPSHOT, "{\"stock_code\":\"" + codes.get(i) + "\"}")).toList();
            assertThat(ten).allSatisfy(reply -> assertThat(reply.join().status()).as(reply.join().text()).isEqualTo(200));

            AtomicBoolean over = new AtomicBoolean();
            IntStream.range(0, 10).forEach(i -> poll(rig, codes.get(i), over));
            await().until(() -> waiting(rig) >= 8);
            for (int i = 0; i < 8; i++) {
                Reply balance = rig.http().post("/api/account/balance", "{}", "X-Client-Id", "calm");
                assertThat(balance.status()).as(balance.text()).isEqualTo(200);
            }
            Reply refused = rig.http().post("/api/account/cash-balance", "{}", "Prefer", "wait=0");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("the account's limit over all endpoints is 1 per second");
            assertThat(refused.header("RateLimit")).startsWith("\"account\";r=0;t=");
            assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
            assertThat(refused.header("Retry-After")).isNotNull();
            await().untilAsserted(() -> assertThat(rig.http()
                    .post(SNAPSHOT, "{\"stock_code\":\"" + codes.get(0) + "\"}").at("/data/name").isTextual()).isTrue());
            over.set(true);
        }
    }

    /** Asks again as soon as it is answered. */
    private static void poll(Rig rig, String code, AtomicBoolean over) {
        var unused = rig.http().postAsync(SNAPSHOT, "{\"stock_code\":\"" + code + "\"}").thenAccept(reply -> {
            if (!over.get()) {
                poll(rig, code, over);
            }
        });
    }

    /** Ten pages of a stock, twenty of an index, at one call a second. */
    @ParameterizedTest
    @CsvSource({"false,005930,000660,itemchartprice,20", "true,0001,1001,indexchartprice,40"})
    @Tag("campaign")
    void twoRequestsForAThousandDaysBothEndInMock(boolean index, String one, String other, String path, int least) {
        try (Rig rig = Rig.start(options -> options, Mode.VIRTUAL)) {
            rig.http().post("/api/account/balance", "{}");
            List<CompletableFuture<Reply>> replies = Stream.of(one, other)
                    .map(code -> rig.http().postAsync(DAILY,
                            "{\"stock_code\":\"" + code + "\",\"num_days_to_fetch\":1000,\"is_index\":" + index + "}"))
                    .toList();
            replies.forEach(reply -> {
                assertThat(reply.join().status()).as(reply.join().text()).isEqualTo(200);
                assertThat(reply.join().at("/data")).hasSize(1000);
            });
            List<Calls.Arrival> pages = rig.simulator().calls().on(path);
            assertThat(pages).hasSizeGreaterThanOrEqualTo(least);
        }
    }

    /** Longer than any time for which a connection may be silent, if nobody waited on it. */
    @Test
    @Tag("campaign")
    void whoWaitsForMoreThanSeventyFiveSecondsIsNotCutOff() {
        try (Rig rig = Rig.start(options -> options, Mode.REAL, "RATE_LIMIT", "1 per 40 seconds", "RATE_LIMIT_WAIT_CAP", "200")) {
            HttpClient client = HttpClient.newHttpClient();
            List<String> codes = codes(rig);
            // One goes now or soon, the others 40 s apart.
            List<CompletableFuture<HttpResponse<String>>> replies = IntStream.range(0, 4)
                    .mapToObj(i -> client.sendAsync(rig.http().request(SNAPSHOT).timeout(Duration.ofSeconds(240))
                            .headers("Content-Type", "application/json", "Prefer", "wait=200")
                            .POST(BodyPublishers.ofString("{\"stock_code\":\"" + codes.get(i) + "\"}")).build(), BodyHandlers.ofString()))
                    .toList();
            replies.forEach(reply -> assertThat(reply.join().statusCode()).as(reply.join().body()).isEqualTo(200));
        }
    }
}
