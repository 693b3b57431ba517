package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.TestFolder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operations of KIS that hang hold up neither orders nor what is well; through a whole gateway. */
class BulkheadTest {

    private static final String PRICE = "{\"rt_cd\":\"0\",\"output\":{\"stck_prpr\":\"71200\",\"stck_sdpr\":\"71000\"}}";

    private CountDownLatch over;
    private final AtomicInteger hanging = new AtomicInteger();
    private final AtomicInteger orders = new AtomicInteger();
    private StubKis kis;
    private Gateway gateway;
    private Http http;

    @BeforeEach
    void start() throws Exception {
        start(60);
    }

    private void start(int readSeconds) throws Exception {
        kis = new StubKis();
        CountDownLatch end = new CountDownLatch(1);
        over = end;
        kis.reply(request -> {
            if (request.path().endsWith("inquire-investor") || request.path().endsWith("inquire-time-itemchartprice")) {
                hanging.incrementAndGet();
                Patience.await(end);
            }
            return Answer.json(200, request.method().equals("POST") ? ordered() : PRICE);
        });
        Map<String, String> settings =
                new HashMap<>(Map.of("TRADING_MODE", "REAL", "KIS_BASE_URL", kis.url().toString(), "KIS_APP_KEY", Fixture.KEY,
                        "KIS_APP_SECRET", Fixture.SECRET, "KIS_ACCOUNT_NO", "81055689-01", "PORT", "0", "MANAGEMENT_PORT", "0",
                        "DATA_DIR", TestFolder.create().toString(), "RATE_LIMIT", "100000 per second"));
        settings.putAll(Map.of("KIS_ACCOUNT_RATE", "1000/second", "KIS_CONNECTIONS", "16", "KIS_READ_TIMEOUT_MS", readSeconds + "000",
                "KIS_CALL_TIMEOUT_MS", readSeconds + "000", "CIRCUIT_BREAKER_FAIL_MAX", "5"));
        gateway = Gateway.start(settings, Clock.systemUTC());
        http = new Http("http://127.0.0.1:" + gateway.port());
        // The token, and the ways that are used for the first time.
        assertThat(http.post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
    }

    /** Each order gets a number of its own, as at KIS. */
    private String ordered() {
        return StubKis.ORDERED.replace("0000117057", "%010d".formatted(117057 + orders.incrementAndGet()));
    }

    @AfterEach
    void stop() {
        over.countDown();
        gateway.close();
        kis.close();
    }

    @Test
    void twoOperationsThatHangHoldUpNeitherOrdersNorWhatIsWell() {
        List<CompletableFuture<Reply>> callers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            callers.add(http.postAsync("/api/market-data/investor-trend", "{\"stock_code\":\"%06d\"}".formatted(i)));
            callers.add(http.postAsync("/api/market-data/minute-chart", "{\"stock_code\":\"%06d\"}".formatted(i)));
        }
        // Whoever gets no place is told after a second, and the rest hangs.
        await()
                .until(() -> callers.stream().filter(CompletableFuture::isDone).count() == 40 - hanging.get());
        assertThat(hanging.get()).as("half, and half of the rest").isBetween(10, 13);
        assertThat(callers.stream().filter(CompletableFuture::isDone)).allSatisfy(told -> {
            assertThat(told.join().code()).isEqualTo("OVERLOADED");
            assertThat(told.join().status()).isEqualTo(503);
            assertThat(told.join().header("Retry-After")).isEqualTo("1");
        });
        for (int i = 0; i < 10; i++) {
            Reply snapshot = http.post("/api/market-data/snapshot", "{\"stock_code\":\"%06d\"}".formatted(i));
            assertThat(snapshot.status()).as(snapshot.text()).isEqualTo(200);
            Reply order = http.post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}");
            assertThat(order.status()).as(order.text()).isEqualTo(200);
        }
        assertThat(http.get("/health").at("/circuit_breaker/fail_counter").intValue()).as("what waited for a place is no failure").isZero();
    }

    /** Found at the wire: they time out in one moment, and the breaker stopped orders for a minute. */
    @Test
    void whatHangsWhileKisAnswersOthersDoesNotOpenTheBreaker() throws Exception {
        stop();
        start(10);
        List<CompletableFuture<Reply>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(http.postAsync("/api/market-data/investor-trend", "{\"stock_code\":\"%06d\"}".formatted(i)));
        }
        await().until(() -> hanging.get() == 8);
        await().until(() -> {
            assertThat(http.post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
            return callers.stream().allMatch(CompletableFuture::isDone);
        });
        callers.forEach(caller -> assertThat(caller.join().code()).isEqualTo("KIS_TIMEOUT"));
        assertThat(http.get("/health").at("/circuit_breaker/state").asText()).isEqualTo("closed");
        assertThat(http.post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}").status()).isEqualTo(200);

        callers.clear();
        for (int i = 0; i < 5; i++) {
            callers.add(http.postAsync("/api/market-data/minute-chart", "{\"stock_code\":\"%06d\"}".formatted(i)));
        }
        callers.forEach(caller -> assertThat(caller.join().code()).isEqualTo("KIS_TIMEOUT"));
        assertThat(http.get("/health").at("/circuit_breaker/state").asText()).as("nothing else was answered").isEqualTo("open");
    }

    /** Callers go on asking for what hangs, and are told; meanwhile an order and a snapshot take what they take else. */
    @Test
    @Tag("campaign")
    void forMinutesNothingThatIsWellTakesATenthOfASecondLonger() {
        List<Long> idle = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            idle.addAll(snapshotAndOrder(i));
        }
        List<Long> beside = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            var unusedTrend = http.postAsync("/api/market-data/investor-trend", "{\"stock_code\":\"%06d\"}".formatted(i));
            var unusedChart = http.postAsync("/api/market-data/minute-chart", "{\"stock_code\":\"%06d\"}".formatted(i));
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            beside.addAll(snapshotAndOrder(i));
        }
        assertThat(hanging.get()).as("hung all the time").isGreaterThanOrEqualTo(10);
        System.out.printf("bulkhead: %d calls, idle median %d us, 99%% %d us; beside what hangs median %d us, 99%% %d us%n", beside.size(),
                percent(idle, 50), percent(idle, 99), percent(beside, 50), percent(beside, 99));
        assertThat(percent(beside, 50) - percent(idle, 50)).isLessThan(100_000);
        assertThat(percent(beside, 99) - percent(idle, 99)).isLessThan(100_000);
    }

    private List<Long> snapshotAndOrder(int number) {
        long begin = System.nanoTime();
        Reply snapshot = http.post("/api/market-data/snapshot", "{\"stock_code\":\"%06d\"}".formatted(number % 1000));
        long between = System.nanoTime();
        Reply order = http.post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}");
        long ended = System.nanoTime();
        assertThat(snapshot.status()).as(snapshot.text()).isEqualTo(200);
        assertThat(order.status()).as(order.text()).isEqualTo(200);
        return List.of((between - begin) / 1000, (ended - between) / 1000);
    }

    private static long percent(List<Long> times, int percent) {
        return times.stream().sorted().skip(times.size() * (long) percent / 100).findFirst().orElseThrow();
    }
}
