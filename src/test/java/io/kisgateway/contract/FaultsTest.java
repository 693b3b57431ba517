package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers see when KIS fails: never empty data, never a second order, and a breaker that spares KIS. */
class FaultsTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String STOCK = "{\"stock_code\":\"005930\"}";
    private static final int MANY = 1_000_000;

    private static final AtomicInteger ORDERS = new AtomicInteger();

    @AutoClose
    private static Rig rig;
    private static Http http;
    private static Simulator kis;

    @BeforeAll
    static void start() {
        rig = Rig.start(options -> options, Mode.REAL, "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second",
                "KIS_READ_TIMEOUT_MS", "3000", "KIS_CALL_TIMEOUT_MS", "10000", "COALESCE", "false");
        http = rig.http();
        kis = rig.simulator();
    }

    /** Each is another one: the same again without a key is a repeat, as long as nobody knows what became of the first. */
    private static String order() {
        return "{\"stock_code\":\"005930\",\"quantity\":" + ORDERS.incrementAndGet() + "}";
    }

    @BeforeEach
    void heal() {
        kis.faults().clear();
        rig.management().post("/admin/circuit-breaker/reset", "");
        assertThat(http.post(SNAPSHOT, STOCK).status()).isEqualTo(200);
        kis.calls().clear();
    }

    @ParameterizedTest
    @CsvSource({
        "BLANK500,503,KIS_UNAVAILABLE", "EMPTY500,503,KIS_UNAVAILABLE", "HTML502,503,KIS_UNAVAILABLE",
        "BLANK200,502,KIS_UNREADABLE", "EMPTY200,502,KIS_UNREADABLE", "GARBAGE,502,KIS_UNREADABLE",
        "RESET_BEFORE,503,KIS_UNAVAILABLE", "CLOSE_MID_REPLY,503,KIS_UNAVAILABLE", "REPLY_LOST,504,KIS_TIMEOUT"})
    void aQueryThatKeepsFailingIsAnErrorAndNeverEmptyData(Fault.Kind kind, int status, String code) {
        kis.faults().add(Fault.of(kind).times(MANY).ms(5000));
        for (String path : List.of(SNAPSHOT, "/api/market-data/daily-prices", "/api/account/balance")) {
            Reply reply = http.post(path, path.equals("/api/account/balance") ? "{}" : STOCK);

            assertThat(reply.status()).as(path + " " + reply.text()).isEqualTo(status);
            assertThat(reply.code()).isEqualTo(code);
            assertThat(reply.at("/data").isMissingNode()).isTrue();
            assertThat(reply.at("/success").booleanValue()).isFalse();
            if (status == 503) {
                assertThat(Long.parseLong(reply.header("Retry-After"))).isPositive();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Fault.Kind.class, names = {"BLANK500", "EMPTY500", "RESET_BEFORE", "RESET_AFTER", "CLOSE_MID_REPLY"})
    void aQueryThatFailsOnceGoesAgainUnseen(Fault.Kind kind) {
        kis.faults().add(Fault.of(kind).times(1));
        assertThat(http.post(SNAPSHOT, STOCK).status()).isEqualTo(200);
        assertThat(kis.calls().on("inquire-price").size()).isBetween(1, 2);
    }

    @ParameterizedTest
    @CsvSource({"BLANK500", "EMPTY500", "HTML502", "BLANK200", "GARBAGE", "RESET_BEFORE", "RESET_AFTER", "REPLY_LOST",
        "CLOSE_MID_REPLY"})
    void anOrderThatMayHaveBeenTakenIsSentOnceAndItsOutcomeIsUnknown(Fault.Kind kind) {
        int before = kis.orders().list().size();
        kis.faults().add(Fault.of(kind).onPath("order-cash").times(MANY).ms(5000));
        Reply reply = http.post("/api/trading/buy", order());

        assertThat(reply.status()).as(reply.text()).isEqualTo(504);
        assertThat(reply.code()).isEqualTo("KIS_TIMEOUT");
        assertThat(reply.at("/outcome").textValue()).isEqualTo("unknown");
        assertThat(kis.calls().on("order-cash")).hasSizeLessThanOrEqualTo(1);
        assertThat(kis.orders().list().size() - before).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"EGW00301,true", "EGW00302,true", "EGW00301,false", "EGW00302,false", "EGW00202,true", "EGW00001,true"})
    void theCodesThatTellToCheckAreUnknown(String code, boolean taken) {
        int before = kis.orders().list().size();
        Fault fault = Fault.code(code).onPath("order-cash").times(MANY);
        kis.faults().add(taken ? fault.taken() : fault);
        Reply reply = http.post("/api/trading/buy", order());

        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.at("/outcome").textValue()).isEqualTo("unknown");
        assertThat(reply.at("/kis/msg_cd").textValue()).isEqualTo(code);
        assertThat(kis.calls().on("order-cash")).hasSize(1);
        assertThat(kis.orders().list()).hasSize(before + (taken ? 1 : 0));
    }

    @ParameterizedTest
    @CsvSource({"EGW00201", "EGW00215"})
    void anOrderRefusedAtTheDoorGoesAgainAndIsPlacedOnce(String code) {
        int before = kis.orders().list().size();
        kis.faults().add(Fault.code(code).onPath("order-cash").times(1));
        Reply reply = http.post("/api/trading/buy", order());

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(kis.calls().on("order-cash")).hasSize(2);
        assertThat(kis.orders().list()).hasSize(before + 1);
    }

    @Test
    void businessRejectionsDoNotOpenTheBreaker() {
        for (int i = 0; i < 40; i++) {
            assertThat(http.post("/api/trading/sell", "{\"stock_code\":\"005930\",\"quantity\":99999}").status()).isEqualTo(422);
        }
        assertThat(http.get("/health").at("/circuit_breaker/state").textValue()).isEqualTo("closed");
        assertThat(http.get("/health").at("/circuit_breaker/fail_counter").intValue()).isZero();
    }

    @Test
    void twentyFailuresOpenTheBreakerWhichThenAnswersAtOnceAndCallsNobody() {
        kis.faults().add(Fault.of(Fault.Kind.BLANK500).times(MANY));
        await().until(() -> http.post("/api/trading/buy", order()).code().equals("CIRCUIT_OPEN"));
        assertThat(kis.calls().on("order-cash")).hasSize(20);

        Reply order = http.post("/api/trading/buy", order());
        assertThat(order.status()).isEqualTo(503);
        assertThat(order.at("/outcome").textValue()).isEqualTo("not_placed");
        Reply query = http.post(SNAPSHOT, STOCK);
        assertThat(query.code()).isEqualTo("CIRCUIT_OPEN");
        assertThat(query.text()).doesNotContain("005930");
        assertThat(Long.parseLong(query.header("Retry-After"))).isBetween(30L, 60L);
        // Looking up what became of the twenty goes on: it is the way to the truth.
        assertThat(kis.calls().on("order-cash")).hasSize(20);
        assertThat(kis.calls().on("inquire-price")).isEmpty();
        assertThat(http.get("/health").status()).isEqualTo(200);
        assertThat(http.get("/health").at("/status").textValue()).isEqualTo("degraded");
        assertThat(http.get("/health").at("/circuit_breaker/state").textValue()).isEqualTo("open");
        assertThat(http.get("/stats").at("/circuit_breaker/trips").intValue()).isPositive();

        kis.faults().clear();
        assertThat(http.post("/admin/circuit-breaker/reset", "").status()).isEqualTo(404);
        assertThat(rig.management().post("/admin/circuit-breaker/reset", "").at("/state").textValue()).isEqualTo("closed");
        assertThat(http.post(SNAPSHOT, STOCK).status()).isEqualTo(200);
    }

    @Test
    void anOperatorCanForceItOpen() {
        assertThat(rig.management().post("/admin/circuit-breaker/force-open", "").at("/state").textValue()).isEqualTo("forced-open");
        Reply reply = http.post(SNAPSHOT, STOCK);
        assertThat(reply.code()).isEqualTo("CIRCUIT_OPEN");
        assertThat(reply.header("Retry-After")).isNotBlank();
        assertThat(kis.calls().total()).isZero();
    }

    @Test
    void anotherSiteCannotPressTheOperatorsButtons() {
        Reply reply = rig.management().post("/admin/circuit-breaker/force-open", "", "Origin", "https://evil.example");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(http.get("/health").at("/circuit_breaker/state").textValue()).isEqualTo("closed");
    }

    @Test
    void aHalfOpenBreakerLetsOneOfFiftyThrough() {
        try (Rig brief = Rig.start(options -> options, Mode.REAL, "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE",
                "100000/second", "CIRCUIT_BREAKER_FAIL_MAX", "3", "CIRCUIT_BREAKER_TIMEOUT", "0.5", "COALESCE", "false")) {
            assertThat(brief.http().post(SNAPSHOT, STOCK).status()).isEqualTo(200);
            brief.simulator().faults().add(Fault.of(Fault.Kind.BLANK500).times(MANY));
            // Not with orders: looking up what became of those would be the one that is let through.
            await().until(() -> brief.http().post(SNAPSHOT, STOCK).code().equals("CIRCUIT_OPEN"));
            brief.simulator().faults().clear();
            brief.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).ms(8000).times(MANY));
            brief.simulator().calls().clear();
            await().until(() -> !brief.http().get("/health").at("/circuit_breaker/state")
                    .textValue().equals("open"));
            List<CompletableFuture<Reply>> replies = IntStream.range(0, 50)
                    .mapToObj(i -> brief.http().postAsync("/api/trading/buy", order())).toList();
            List<Integer> statuses = replies.stream().map(reply -> reply.join().status()).toList();
            assertThat(statuses.stream().filter(status -> status != 200 && status != 503)).isEmpty();
            assertThat(brief.simulator().orders().list()).hasSize((int) statuses.stream().filter(status -> status == 200).count());
            assertThat(statuses.stream().filter(status -> status == 503)).hasSize(49);
        }
    }
}
