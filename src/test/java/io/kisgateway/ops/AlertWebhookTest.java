package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody must know at once is told to one address, once. */
@Execution(ExecutionMode.CONCURRENT)
class AlertWebhookTest {

    private static final String BUY = "/api/trading/buy";
    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";

    private final List<JsonNode> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(200);
    /** Holds the next answer back. */
    private final AtomicReference<CountDownLatch> held = new AtomicReference<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void listen() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            int answer = status.get();
            CountDownLatch latch = held.getAndSet(null);
            told.add(new JsonMapper().readTree(exchange.getRequestBody()));
            if (latch != null) {
                await().until(() -> latch.getCount() == 0);
            }
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?token=1");
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void toldAre(String... what) {
        await().untilAsserted(() -> assertThat(told).extracting(alert -> alert.path("code").asText() + " " + alert.path("state").asText())
                .containsExactly(what));
    }

    @Test
    void aHaltIsToldWhenItBeginsAndWhenItIsOver() {
        try (Rig rig = Rig.start(options -> options, Mode.REAL, "ALERT_WEBHOOK", address.toString())) {
            rig.management().post("/admin/trading/halt", "");
            toldAre("halted begins");
            rig.management().post("/admin/trading/resume", "");
            toldAre("halted begins", "halted over");
            assertThat(told.get(0).path("mode").asText()).isEqualTo("REAL");
            assertThat(told.get(0).path("text").asText()).startsWith("kis-gateway REAL: halted");
        }
    }

    /** What comes and goes is told once in the quiet time, and again after it. */
    @Test
    void theSameIsNotToldTwiceInTheQuietTime() {
        TestClock clock = TestClock.morning();
        AtomicReference<List<Finding>> findings = new AtomicReference<>(List.of());
        AlertWebhook webhook = new AlertWebhook(address, Duration.ofMinutes(15), "REAL", findings::get, clock);
        List<Finding> open =
                List.of(Finding.serious("kis", "breaker-open", "reason", "HTTP 500"), Finding.notice("kis", "kis-slow", "ms", 1));
        findings.set(open);
        webhook.look();
        webhook.look();
        toldAre("breaker-open begins");
        findings.set(List.of());
        webhook.look();
        toldAre("breaker-open begins", "breaker-open over");
        findings.set(open);
        webhook.look();
        findings.set(List.of());
        webhook.look();
        clock.advance(Duration.ofMinutes(15));
        findings.set(open);
        webhook.look();
        toldAre("breaker-open begins", "breaker-open over", "breaker-open begins");
        assertThat(told.get(0).at("/values/reason").asText()).isEqualTo("HTTP 500");
    }

    /** An address that failed for a moment was never told. */
    @Test
    void whatTheAddressDoesNotTakeIsSentAFewTimesMore() {
        TestClock clock = TestClock.morning();
        AtomicReference<List<Finding>> findings = new AtomicReference<>(List.of(Finding.serious("operator", "halted")));
        AlertWebhook webhook = new AlertWebhook(address, Duration.ofMinutes(15), "REAL", findings::get, clock);
        status.set(503);
        webhook.look();
        toldAre("halted begins");
        // It has answered; that it has been heard is seen by the next try.
        status.set(200);
        await().until(() -> {
            clock.advance(Duration.ofSeconds(2));
            webhook.look();
            return told.size() == 2;
        });
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofMinutes(1));
            webhook.look();
        }
        toldAre("halted begins", "halted begins");
    }

    /** The answer to the first came after the second was sent, and the first was sent again. */
    @Test
    void thatItHasBegunIsNotSentAgainOnceItIsOver() {
        TestClock clock = TestClock.morning();
        AtomicReference<List<Finding>> findings = new AtomicReference<>(List.of(Finding.serious("operator", "halted")));
        AlertWebhook webhook = new AlertWebhook(address, Duration.ofMinutes(15), "REAL", findings::get, clock);
        CountDownLatch first = new CountDownLatch(1);
        held.set(first);
        status.set(503);
        webhook.look();
        toldAre("halted begins");
        status.set(200);
        findings.set(List.of());
        webhook.look();
        toldAre("halted begins", "halted over");
        first.countDown();
        // Each is a way there and back, in which the answer to the first is heard.
        for (String code : List.of("journal-away", "redis-away", "breaker-open", "token-none")) {
            findings.set(List.of(Finding.serious("kis", code)));
            clock.advance(Duration.ofMinutes(1));
            webhook.look();
            tellsOnce(code + " begins");
        }
        assertThat(told).filteredOn(alert -> alert.path("code").asText().equals("halted")).hasSize(2);
    }

    /** That orders fail was over when none could be written down any more, and the breaker's opening when nobody called. */
    @ParameterizedTest
    @CsvSource({"orders-fail, journal-away", "breaker-open, breaker-half-open", "breaker-open, forced-open", "credentials, token-refused",
        "credentials, token-none", "credentials, token-died", "token-none, token-refused"})
    void whatAnotherFindingHidesIsNotOver(String hidden, String by) {
        TestClock clock = TestClock.morning();
        AtomicReference<List<Finding>> findings = new AtomicReference<>(List.of(Finding.serious("any", hidden)));
        AlertWebhook webhook = new AlertWebhook(address, Duration.ofMinutes(15), "REAL", findings::get, clock);
        webhook.look();
        tellsOnce(hidden + " begins");
        for (List<Finding> now : List.of(List.of(Finding.serious("any", by)), List.of(Finding.serious("any", hidden)),
                List.<Finding>of())) {
            clock.advance(Duration.ofSeconds(2));
            findings.set(now);
            webhook.look();
        }
        tellsOnce(hidden + " over");
        assertThat(told).filteredOn(alert -> alert.path("code").asText().equals(hidden)).last()
                .extracting(alert -> alert.path("at").asText()).isEqualTo(clock.instant().toString());
    }

    private Rig rig(String... settings) {
        List<String> all = new ArrayList<>(List.of("ALERT_WEBHOOK", address.toString()));
        all.addAll(List.of(settings));
        return Rig.unlimited(all.toArray(String[]::new));
    }

    private void tellsOnce(String what) {
        await().untilAsserted(() -> assertThat(told)
                .filteredOn(alert -> what.equals(alert.path("code").asText() + " " + alert.path("state").asText())).hasSize(1));
    }

    @Test
    void aBreakerThatOpensIsTold() {
        try (Rig rig = rig("CIRCUIT_BREAKER_FAIL_MAX", "2")) {
            rig.simulator().faults().add(Fault.of(Kind.HTML502).onPath("inquire-price").times(1000));
            await().until(() -> rig.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").code().equals("CIRCUIT_OPEN"));
            tellsOnce("breaker-open begins");
            rig.simulator().faults().clear();
            rig.management().post("/admin/circuit-breaker/reset", "");
            tellsOnce("breaker-open over");
        }
    }

    @Test
    void aRedisThatIsAwayIsToldAndSoIsTheJournalInIt() {
        try (DurableRedis redis = DurableRedis.start(); Rig rig = rig("REDIS_URL", redis.url())) {
            await().until(() -> rig.http().post(BUY, ORDER).status() == 200);
            redis.kill();
            assertThat(rig.http().post(BUY, ORDER).code()).isEqualTo("JOURNAL_UNAVAILABLE");
            tellsOnce("journal-away begins");
            assertThat(rig.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
            tellsOnce("redis-away begins");
            redis.startAgain();
            tellsOnce("journal-away over");
            tellsOnce("redis-away over");
        }
    }

    @Test
    void anOrderInDoubtIsTold() {
        try (Rig rig = rig("ORDER_LISTING_GRACE", "1", "ORDER_UNRESOLVED_AFTER", "1")) {
            rig.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
            rig.simulator().faults().add(Fault.code("EGW00002").onPath("inquire-daily-ccld").times(1000));
            assertThat(rig.http().post(BUY, ORDER, "Idempotency-Key", "doubt").at("/outcome").asText()).isEqualTo("unknown");
            tellsOnce("order-unknown begins");
            rig.simulator().faults().clear();
            tellsOnce("order-unknown over");
        }
    }

    @Test
    void anOrderThatShowsUpAfterItWasCalledNotPlacedIsTold() {
        try (Rig rig = rig("ORDER_LISTING_GRACE", "1", "ORDER_UNRESOLVED_AFTER", "1")) {
            rig.simulator().faults().add(Fault.of(Kind.LIST_LAG).onPath("inquire-daily-ccld").ms(600_000).share(1));
            rig.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
            await().until(() -> rig.http().post(BUY, ORDER, "Idempotency-Key", "late").code()
                    .equals("ORDER_NOT_PLACED"));
            rig.simulator().faults().clear();
            tellsOnce("late-sighting begins");
        }
    }
}
