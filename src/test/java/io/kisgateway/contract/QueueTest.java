package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Calls;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.NextSecond;
import io.kisgateway.testing.Rig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What callers see of limits: they wait their turn, or are told at once when to come back. */
@Execution(ExecutionMode.CONCURRENT)
class QueueTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";

    private static final String PAGE = "inquire-daily-indexchartprice";

    private static Rig rig(String... settings) {
        String[] all = new String[settings.length + 2];
        System.arraycopy(settings, 0, all, 0, settings.length);
        all[settings.length] = "KIS_ACCOUNT_RATE";
        all[settings.length + 1] = "1000/second";
        return Rig.start(options -> options, Mode.REAL, all);
    }

    private static String stock(Rig rig, int number) {
        List<String> codes = new ArrayList<>(rig.simulator().market().codes());
        return "{\"stock_code\":\"" + codes.get(number % codes.size()) + "\"}";
    }

    @Test
    void tenCallersInOneInstantAreAllServedThreeASecond() {
        try (Rig rig = rig()) {
            // Once before: connections to KIS are made by then, which take their time on a busy machine.
            tenAtOnce(rig);
            NextSecond.await();
            tenAtOnce(rig);

            List<Calls.Arrival> calls = rig.simulator().calls().on("inquire-price");
            assertThat(calls).hasSize(20);
            Map<Long, Integer> perWindow = new TreeMap<>();
            calls.subList(10, 20).forEach(one -> perWindow.merge(one.at().getEpochSecond(), 1, Integer::sum));
            assertThat(perWindow.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(3));
        }
    }

    /** The caller has its permit, so that no limit of its own may be blamed; and as no call is made, the permit goes back. */
    @Test
    void aTokenWithoutAPermitOfItsOwnIsNoRefusalOfTheCallers() {
        try (Rig rig = Rig.start(options -> options, Mode.REAL, "KIS_ACCOUNT_RATE", "1 per 60 seconds")) {
            for (int i = 0; i < 3; i++) {
                Reply reply = rig.http().post(SNAPSHOT, stock(rig, i));
                assertThat(reply.code()).as(reply.text()).isEqualTo("KIS_THROTTLED");
                assertThat(Integer.parseInt(reply.header("retry-after"))).isBetween(10, 61);
            }
            assertThat(rig.simulator().calls().list()).isEmpty();
        }
    }

    private static void tenAtOnce(Rig rig) {
        List<CompletableFuture<Reply>> replies = IntStream.range(0, 10)
                .mapToObj(i -> rig.http().postAsync(SNAPSHOT, stock(rig, i), "Prefer", "wait=30")).toList();
        replies.forEach(reply -> assertThat(reply.join().status()).isEqualTo(200));
    }

    @Test
    void everyReplyCarriesTheLimit() {
        try (Rig rig = rig()) {
            Reply reply = rig.http().post(SNAPSHOT, stock(rig, 0));
            assertThat(reply.header("RateLimit-Policy")).isEqualTo("\"per-second\";q=3;w=1");
            assertThat(reply.header("RateLimit")).matches("\"per-second\";r=[0-2];t=1");
            assertThat(reply.header("X-RateLimit-Limit")).isEqualTo("3");
            assertThat(reply.header("X-RateLimit-Remaining")).matches("[0-2]");
            assertThat(reply.header("X-RateLimit-Reset")).isNotBlank();
            assertThat(rig.http().get("/health").header("RateLimit")).isNull();
            assertThat(rig.http().get("/stats").header("RateLimit")).isNull();
        }
    }

    @Test
    void whoDoesNotWaitIsToldAtOnceWhenToComeBack() {
        try (Rig rig = rig("RATE_LIMIT", "2 per 1 hour")) {
            assertThat(rig.http().post(SNAPSHOT, stock(rig, 0), "Prefer", "wait=0").header("Preference-Applied")).isEqualTo("wait=0");
            rig.http().post(SNAPSHOT, stock(rig, 1));
            Reply refused = rig.http().post(SNAPSHOT, stock(rig, 2));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.code()).isEqualTo("RATE_LIMITED");
            assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 3600L);
            assertThat(refused.at("/retry_after").decimalValue()).isPositive();
            assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
            assertThat(refused.header("RateLimit")).contains("r=0");
            assertThat(rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}").status()).isEqualTo(200);
            assertThat(rig.simulator().calls().on("inquire-price")).hasSize(2);
            assertThat(rig.http().get("/stats").at("/requests/rate_limited").intValue()).isEqualTo(1);
        }
    }

    @Test
    void badRequestsUseNoPermit() {
        try (Rig rig = rig("RATE_LIMIT", "1 per 1 hour")) {
            for (int i = 0; i < 5; i++) {
                assertThat(rig.http().post(SNAPSHOT, "{}").status()).isEqualTo(400);
            }
            assertThat(rig.http().post(SNAPSHOT, stock(rig, 0)).status()).isEqualTo(200);
        }
    }

    @Test
    void anOpenBreakerUsesNoPermit() {
        try (Rig rig = rig("RATE_LIMIT", "1 per 1 hour")) {
            rig.management().post("/admin/circuit-breaker/force-open", "");
            assertThat(rig.http().post(SNAPSHOT, stock(rig, 0)).code()).isEqualTo("CIRCUIT_OPEN");
            rig.management().post("/admin/circuit-breaker/reset", "");
            assertThat(rig.http().post(SNAPSHOT, stock(rig, 0)).status()).isEqualTo(200);
        }
    }

    @Test
    void identicalQueriesShareOneCallAndOnePermit() {
        try (Rig rig = rig()) {
            rig.http().post(SNAPSHOT, stock(rig, 0));
            rig.simulator().calls().clear();
            rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).ms(9000).onPath("inquire-price"));
            List<CompletableFuture<Reply>> replies = IntStream.range(0, 20)
                    .mapToObj(i -> rig.http().postAsync(SNAPSHOT, stock(rig, 0), "X-Request-Id", "caller-" + i)).toList();
            await().until(() -> rig.http().get("/stats").at("/endpoints/market-data-snapshot/coalesced").asInt() == 19);
            rig.simulator().hurry();
            for (int i = 0; i < 20; i++) {
                Reply reply = replies.get(i).join();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("X-Request-Id")).isEqualTo("caller-" + i);
                assertThat(reply.at("/data/price").longValue()).isPositive();
                assertThat(reply.header("RateLimit")).isNotBlank();
            }
            assertThat(rig.simulator().calls().on("inquire-price")).hasSize(1);
        }
    }

    /** Whoever asks when another has been answered asks KIS: the answer was shared until its exchange had ended, a little later. */
    @Test
    void noAnswerIsKept() {
        try (Rig rig = Rig.unlimited()) {
            for (int i = 1; i <= 200; i++) {
                assertThat(rig.http().post(SNAPSHOT, "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
                assertThat(rig.simulator().calls().on("inquire-price")).hasSize(i);
            }
        }
    }

    @Test
    void identicalOrdersStayTwo() {
        try (Rig rig = rig()) {
            String order = "{\"stock_code\":\"005930\",\"quantity\":1}";
            List<CompletableFuture<Reply>> replies = IntStream.range(0, 2)
                    .mapToObj(i -> rig.http().postAsync("/api/trading/buy", order)).toList();
            replies.forEach(reply -> assertThat(reply.join().status()).isEqualTo(200));
            assertThat(rig.simulator().orders().list()).hasSize(2);
        }
    }

    @Test
    void whoWaitsHoldsUpNobodyElse() {
        try (Rig rig = rig("RATE_LIMIT_TRADING_SELL", "1 per 1 hour", "RATE_LIMIT_MAX_WAIT", "30")) {
            String sell = "{\"stock_code\":\"005930\",\"quantity\":1}";
            rig.http().post(SNAPSHOT, stock(rig, 0));
            rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).ms(9000).times(1000).onPath("inquire-balance"));
            List<CompletableFuture<Reply>> waiting = IntStream.range(0, 100)
                    .mapToObj(i -> rig.http().postAsync("/api/account/balance", "{}", "Prefer", "wait=1")).toList();
            assertThat(rig.http().get("/health").status()).isEqualTo(200);
            assertThat(rig.http().post("/api/trading/sell", sell).status()).isEqualTo(200);
            assertThat(waiting).as("those at KIS have no answer yet").noneMatch(reply -> reply.isDone() && reply.join().status() == 200);
            rig.simulator().faults().clear();
            rig.simulator().hurry();
            waiting.forEach(reply -> assertThat(reply.join().status()).isIn(200, 429));
        }
    }

    @Test
    void aLimitForAnEndpointThatThereIsNotStopsTheStart() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> rig("RATE_LIMIT_TRADING_BY", "1/second"))
                .rootCause().hasMessageContaining("RATE_LIMIT_TRADING_BY names no endpoint").hasMessageContaining("RATE_LIMIT_TRADING_BUY");
    }

    /** Look-ups of names once went before an order, and each order waited for as many seconds. */
    @Test
    void whenTheAccountIsShortOrdersGoFirstThenPagesThenQueriesAndNames() {
        try (Rig rig = Rig.start(options -> options, Mode.REAL, "KIS_ACCOUNT_RATE", "1/second", "RATE_LIMIT", "100/second",
                "RATE_LIMIT_MAX_WAIT", "30", "KIS_CALL_TIMEOUT", "60")) {
            // Four names are not known then, and are asked for when there is room.
            for (int i = 0; i < 4; i++) {
                assertThat(rig.http().post(SNAPSHOT, stock(rig, i)).status()).isEqualTo(200);
            }
            CompletableFuture<Reply> days =
                    rig.http().postAsync("/api/market-data/daily-prices", "{\"stock_code\":\"0001\",\"num_days_to_fetch\":150}");
            await().until(() -> !rig.simulator().calls().on(PAGE).isEmpty());
            List<CompletableFuture<Reply>> queries =
                    IntStream.range(4, 9).mapToObj(i -> rig.http().postAsync(SNAPSHOT, stock(rig, i))).toList();
            await()
                    .until(() -> rig.http().get("/stats").at("/endpoints/market-data-snapshot/queue_length").asInt() > 2);
            int before = rig.simulator().calls().list().size();
            List<CompletableFuture<Reply>> orders = IntStream.range(0, 2)
                    .mapToObj(i -> rig.http().postAsync("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}")).toList();
            orders.forEach(order -> assertThat(order.join().status()).isEqualTo(200));
            queries.forEach(query -> assertThat(query.join().status()).isEqualTo(200));
            assertThat(days.join().at("/data").size()).isEqualTo(150);

            List<String> paths = rig.simulator().calls().list().stream().map(call -> call.path().replaceAll(".*/", "")).toList();
            List<String> after = paths.subList(before, paths.size());
            // One or two may be leaving as the first order comes; of the moments to come queries keep every fourth.
            assertThat(after.lastIndexOf("order-cash")).as("orders first: %s", after).isBetween(1, 3);
            assertThat(paths.stream().filter(PAGE::equals)).hasSize(3);
            assertThat(after.lastIndexOf(PAGE)).as("then the pages of what has begun: %s", after).isLessThanOrEqualTo(6);
        }
    }
}
