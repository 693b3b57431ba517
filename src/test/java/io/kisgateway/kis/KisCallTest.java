package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Urgency;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.kis.StubKis.Request;
import io.kisgateway.testing.AnyOrder;
import io.kisgateway.testing.Patience;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a {@code kis:} endpoint in a route does. */
class KisCallTest {

    @AutoClose
    private final StubKis kis = new StubKis();

    private static String route(String uri, String... options) {
        return """
                - route:
                    id: test
                    from:
                      uri: direct:test
                      steps:
                        - to:
                            uri: %s
                            parameters:
                              %s
                """.formatted(uri, String.join("\n              ", options));
    }

    private Fixture gateway(String... options) {
        return new Fixture(kis.url(), route("kis:get:/uapi/test", options), fixture -> fixture.hurry = true);
    }

    @Test
    void everyParameterIsSentBlanksExpressionsAndDatesIncluded() {
        try (Fixture gateway = gateway("trId: T1", "ZERO: 0", "TEXT: J", "BLANK: \"\"", "QUOTED: \"00\"",
                "CODE: ${variable.stock_code}", "MIXED: a-${variable.n}-z", "AMOUNT: ${variable.amount}",
                "TODAY: today", "WEEK_AGO: today-7d", "TODAYS: todays")) {
            gateway.send("direct:test", Map.of("stock_code", "0001A0", "n", 7, "amount", new BigDecimal("1E+3")))
                    .reply();
            assertThat(kis.requests().get(0).query()).isEqualTo("AMOUNT=1000&BLANK=&CODE=0001A0&MIXED=a-7-z&QUOTED=00"
                    + "&TEXT=J&TODAY=20261123&TODAYS=todays&WEEK_AGO=20261116&ZERO=0");
        }
    }

    @Test
    void noValueBreaksOutOfItsParameter() {
        try (Fixture gateway = gateway("trId: T1", "A: ${variable.a}", "B: RAW(x y&z=1+2%)")) {
            gateway.send("direct:test", Map.of("a", "1&CANO=99999999#?/ä ${exchangeId}\r\nX: y")).reply();
            Request sent = kis.requests().get(0);
            assertThat(sent.path()).isEqualTo("/uapi/test");
            assertThat(sent.query()).isEqualTo("A=1%26CANO%3D99999999%23%3F%2F%C3%A4%20%24%7BexchangeId%7D%0D%0A"
                    + "X%3A%20y&B=x%20y%26z%3D1%2B2%25");
            assertThat(sent.header("X")).isNull();
        }
    }

    @Test
    void anOrderIsJsonWithEveryValueAString() {
        kis.reply(request -> Answer.json(200, StubKis.ORDERED));
        try (Fixture gateway = new Fixture(kis.url())) {
            Result result = gateway.order("direct:trading-buy", Map.of("stock_code", "005930", "quantity", 12));
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.PLACED);
            assertThat(kis.requests().get(0).body()).isEqualTo("{\"CANO\":\"81055689\",\"ACNT_PRDT_CD\":\"01\","
                    + "\"CNDT_PRIC\":\"\",\"EXCG_ID_DVSN_CD\":\"KRX\",\"ORD_DVSN\":\"01\",\"ORD_QTY\":\"12\","
                    + "\"ORD_UNPR\":\"0\",\"PDNO\":\"005930\",\"SLL_TYPE\":\"\"}");
            assertThat(gateway.budget).containsExactly(Urgency.ORDER, Urgency.ORDER);
        }
    }

    /** The time for it to leave may pass on the way, in a queue or a connection that takes long. */
    @Test
    void anOrderWhoseTimeIsOverIsNotSent() {
        try (Fixture gateway = new Fixture(kis.url())) {
            Result result = gateway.order("direct:trading-buy", Map.of("stock_code", "005930", "quantity", 12), new AnyOrder() {
                @Override
                public boolean mayLeave() {
                    return false;
                }
            });

            assertThat(result.problem().code()).isEqualTo(ProblemCode.OVERLOADED);
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
            assertThat(kis.requests()).isEmpty();
            assertThat(gateway.breaker.getFailCounter()).isZero();
        }
    }

    /** Whatever steps a route has, nothing that orders is sent unless somebody will bring it to its end. */
    @Test
    void anOrderThatNobodyClaimedIsNotSent() {
        try (Fixture gateway = new Fixture(kis.url())) {
            Result result = gateway.send("direct:trading-buy", Map.of("stock_code", "005930", "quantity", 12));

            assertThat(result.failure())
                    .hasMessageContaining("order:buy, order:sell, order:cancel, order:modify or order:other must come before");
            assertThat(kis.requests()).isEmpty();
        }
    }

    @Test
    void virtualTradingHasItsOwnTrIdsAndSomeOperationsNotAtAll() {
        kis.reply(request -> Answer.json(200, request.method().equals("POST") ? StubKis.ORDERED : StubKis.OK));
        Map<String, Object> variables = Map.of("stock_code", "0001", "quantity", 1);
        try (Fixture real = new Fixture(kis.url());
                Fixture virtual = new Fixture(kis.url(), options -> options.virtual = true)) {
            for (Fixture gateway : List.of(real, virtual)) {
                gateway.order("direct:trading-buy", variables).reply();
                gateway.send("direct:stock-snapshot", variables).reply();
            }
            assertThat(kis.requests().stream().map(request -> request.header("tr_id")))
                    .containsExactly("TTTC0012U", "FHKST01010100", "VTTC0012U", "FHKST01010100");
            real.send("direct:index-snapshot", variables).reply();
            int requests = kis.requests().size();
            Problem problem = virtual.send("direct:index-snapshot", variables).problem();
            assertThat(problem.code()).isEqualTo(ProblemCode.NOT_OFFERED);
            assertThat(problem.getMessage()).contains("inquire-index-price");
            assertThat(kis.requests()).hasSize(requests);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | UNKNOWN_STOCK", "0.00 | UNKNOWN_STOCK", "'  0 ' | UNKNOWN_STOCK", "'' | UNKNOWN_STOCK",
        "x | KIS_UNREADABLE"})
    void zeroMeansUnknownWhereTheRouteSaysSo(String price, ProblemCode code) {
        kis.reply(request -> Answer.json(200, "{\"rt_cd\":\"0\",\"output\":{\"stck_prpr\":\"" + price + "\"}}"));
        try (Fixture gateway = gateway("trId: T1", "unknownWhenZero: output.stck_prpr")) {
            assertThat(gateway.send("direct:test", Map.of()).problem().code()).isEqualTo(code);
            assertThat(gateway.breaker.getFailCounter()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"rt_cd\":\"0\"}", "{\"rt_cd\":\"0\",\"output\":[]}", "{\"rt_cd\":\"0\",\"output\":{}}"})
    void aReplyWithoutTheMemberIsUnreadableAndNotUnknown(String reply) {
        kis.reply(request -> Answer.json(200, reply));
        try (Fixture gateway = gateway("trId: T1", "unknownWhenZero: output.stck_prpr")) {
            assertThat(gateway.send("direct:test", Map.of()).problem().code()).isEqualTo(ProblemCode.KIS_UNREADABLE);
        }
    }

    @Test
    void aReplyWithoutTheListIsUnreadableAndNotUnknown() {
        kis.reply(request -> Answer.json(200, "{\"rt_cd\":\"0\",\"x\":1}"));
        try (Fixture gateway = gateway("trId: T1", "unknownWhenEmpty: output2")) {
            assertThat(gateway.send("direct:test", Map.of()).problem().code()).isEqualTo(ProblemCode.KIS_UNREADABLE);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'\"output2\":[]' | true", "'\"output2\":{}' | true", "'\"output2\":\" \"' | true",
        "'\"output2\":[{}]' | true", "'\"output2\":[null]' | true", "'\"output2\":[{\"day\":\"\",\"close\":\"0\"}]' | true",
        "'\"output2\":{\"price\":\"0\",\"name\":\" \"}' | true", "'\"output2\":[{\"day\":\"20261120\",\"close\":\"\"}]' | false",
        "'\"output2\":[[1]]' | false", "'\"output2\":\"a\"' | false"})
    void nothingMeansUnknownWhereTheRouteSaysSo(String member, boolean unknown) {
        kis.reply(request -> Answer.json(200, "{\"rt_cd\":\"0\"," + member + "}"));
        try (Fixture gateway = gateway("trId: T1", "unknownWhenEmpty: output2")) {
            Result result = gateway.send("direct:test", Map.of());
            assertThat(result.failure() != null).isEqualTo(unknown);
            if (unknown) {
                assertThat(result.problem().code()).isEqualTo(ProblemCode.UNKNOWN_STOCK);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kis:get:/uapi/test | TEXT: J | trId is missing",
        "kis:get:/uapi/test | 'trId: \"\"' | trId is missing",
        "kis:put:/uapi/test | trId: T | not kis:get:/path",
        "kis:get:uapi/test | trId: T | not kis:get:/path",
        "kis:/uapi/test | trId: T | not kis:get:/path",
        "kis:post:/uapi/test | trId: T | kis:post: is kis:order: now",
        "kis:get:/uapi/test | trId: T, DATE: yesterday | DATE is yesterday, neither a constant nor",
        "kis:get:/uapi/test | trId: T, unknownWhenZero: $.output | unknownWhenZero is a place like",
        "kis:order:/uapi/test | trId: T, background: true | an order is never background",
        "kis:order:/uapi/test | trId: T, pages: ctx | an order has no pages",
        "kis:get:/uapi/test | trId: T, pages: all | pages is ctx, dates or minutes",
        "kis:get:/uapi/test | trId: T, pages: dates | rows goes with pages=dates",
        "kis:get:/uapi/test | trId: T, rows: 5 | rows goes with pages=dates",
        "kis:get:/uapi/test | trId: T, CANO: 1 | CANO is not for routes",
        "kis:get:/uapi/test | trId: T, ACNT_PRDT_CD: 1 | ACNT_PRDT_CD is not for routes",
        "kis:get:/uapi/test | trId: T, ledgr: true | ledgr",
        "kis:get:/uapi/test | 'trId: T, X: \"${variable.a\"' | variable.a"})
    void aMistakeInARouteStopsTheStartAndIsNamed(String uri, String options, String message) {
        assertThatThrownBy(() -> new Fixture(kis.url(), route(uri, options.split(", ")), fixture -> {}).close())
                .hasStackTraceContaining(message);
    }

    @Test
    void aVariableThatTheRouteDoesNotSetIsAFaultOfTheRouteAndReachesNobody() {
        try (Fixture gateway = gateway("trId: T1", "CODE: ${variable.not_set}")) {
            Result result = gateway.send("direct:test", Map.of());
            assertThat(result.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("CODE");
            assertThat(kis.requests()).isEmpty();
        }
    }

    @Test
    void tooManyCallsAtOnceAreRefusedAfterASecond() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        kis.reply(request -> {
            Patience.await(release);
            return Answer.json(200, StubKis.OK);
        });
        try (Fixture gateway = new Fixture(kis.url(), options -> options.workers = 1)) {
            ExecutorService callers = Executors.newFixedThreadPool(5);
            List<Future<Result>> results = IntStream.range(0, 5).mapToObj(i -> callers.submit(
                    () -> gateway.send("direct:stock-snapshot", Map.of("stock_code", "005930")))).toList();
            await().until(() -> results.stream().filter(Future::isDone).count() == 4);
            release.countDown();
            int refused = 0;
            for (Future<Result> result : results) {
                Result ended = Patience.result(result);
                if (ended.failure() != null) {
                    assertThat(ended.problem().code()).isEqualTo(ProblemCode.OVERLOADED);
                    refused++;
                }
            }
            callers.shutdownNow();
            assertThat(refused).isEqualTo(4);
            assertThat(gateway.breaker.getFailCounter()).isZero();
        }
    }

    @Test
    void whatTheBudgetSaysReachesTheCaller() {
        try (Fixture gateway = new Fixture(kis.url(), options -> options.budgetStep = exchange -> {
            throw Problem.of(ProblemCode.RATE_LIMITED, "not now").retryAfter(Duration.ofSeconds(3));
        })) {
            Result result = gateway.order("direct:trading-buy", Map.of("stock_code", "005930", "quantity", 1));
            assertThat(result.problem().code()).isEqualTo(ProblemCode.RATE_LIMITED);
            assertThat(result.problem().retryAfter()).isEqualTo(Duration.ofSeconds(3));
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
            assertThat(kis.requests()).isEmpty();
        }
    }
}
