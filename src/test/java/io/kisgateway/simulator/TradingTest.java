package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts 3.9, 3.10; checklist 8 and 12. */
class TradingTest {

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private Simulator simulator;

    private KisClient start(SimulatorOptions.Builder options) {
        simulator = Simulator.start(options.clock(clock).rateLimits(RateLimits.OFF).build());
        return KisClient.loggedIn(simulator);
    }

    private KisClient real() {
        return start(SimulatorOptions.builder().stickyCodes(Set.of("000660")));
    }

    private static String orderNo(KisClient.Answer answer) {
        return answer.output().path("ODNO").asText();
    }

    @Test
    void aMarketOrderTradesAtOnceAtThePresentPrice() {
        KisClient client = real();
        long price = simulator.market().price("005930");

        KisClient.Answer answer = client.buy("005930", 10, 0);

        assertThat(answer.summary()).isEqualTo("200 0 APBK0013");
        assertThat(answer.output().isObject()).isTrue();
        assertThat(orderNo(answer)).matches("[0-9]{10}");
        assertThat(answer.output().path("KRX_FWDG_ORD_ORGNO").asText()).isEqualTo("91252");
        assertThat(answer.output().path("ORD_TMD").asText()).isEqualTo("100000");
        assertThat(answer.output().path("SOR_ODNO").asText()).isEmpty();
        Order order = simulator.orders().find(orderNo(answer)).orElseThrow();
        assertThat(order.state()).isEqualTo(Order.State.FILLED);
        assertThat(order.fills()).containsExactly(new Order.Fill(10, price, order.time()));
        assertThat(simulator.orders().cash()).isEqualTo(100_000_000 - 10 * price);
        assertThat(simulator.orders().held("005930")).isEqualTo(130);
    }

    @Test
    void virtualHasCodesAndABranchOfItsOwn() {
        KisClient client = start(SimulatorOptions.builder().mode(Mode.VIRTUAL));

        KisClient.Answer buy = client.buy("005930", 1, 0);
        KisClient.Answer sell = client.sell("005930", 1, 0);

        assertThat(buy.summary()).isEqualTo("200 0 40600000");
        assertThat(buy.msg1().trim()).isEqualTo("모의투자 매수주문이 완료 되었습니다.");
        assertThat(buy.output().path("KRX_FWDG_ORD_ORGNO").asText()).isEqualTo("00950");
        assertThat(buy.output().has("SOR_ODNO")).isFalse();
        assertThat(sell.summary()).isEqualTo("200 0 40590000");
    }

    @ParameterizedTest
    @CsvSource({
        "REAL,    APBK0952, APBK0400, APBK0506, APBK0656, APBK0066, 200 7",
        "VIRTUAL, 40250000, 40240000, 40030000, 40070000, 40070000, 200 1"})
    void businessRejectionsOfBothHosts(Mode mode, String cash, String shares, String tick, String issue, String halt,
            String form) {
        KisClient client = start(SimulatorOptions.builder().mode(mode));
        Market market = simulator.market();
        long price = market.price("005930");

        assertThat(client.buy("005930", 100_000, 0).summary()).isEqualTo(form + " " + cash);
        assertThat(client.buy("005930", 100_000, price).summary()).isEqualTo(form + " " + cash);
        assertThat(client.sell("005930", 121, 0).summary()).isEqualTo(form + " " + shares);
        assertThat(client.sell("034020", 1, 0).summary()).isEqualTo(form + " " + shares);
        assertThat(client.buy("005930", 1, price + 1).summary()).isEqualTo(form + " " + tick);
        long over = market.upperLimit("005930") + market.tick("005930", market.upperLimit("005930"));
        assertThat(client.buy("005930", 1, over).summary()).isEqualTo(form + " " + tick);
        assertThat(client.buy("ZZZZZZ", 1, 0).summary()).isEqualTo(form + " " + issue);
        simulator.halt("005930", true);
        assertThat(client.buy("005930", 1, 0).summary()).isEqualTo(form + " " + halt);
        assertThat(client.buy("005930", 1, 0).json().has("output")).isFalse();
        assertThat(simulator.orders().list()).isEmpty();
    }

    @Test
    void whatIsNoQuantityPriceOrTypeIsAnInputError() {
        KisClient client = real();
        Map<String, String> body = client.orderBody("005930", 1, 0);
        for (String quantity : List.of("0", "-5", "1.5", "true", "", "12345678901234567890")) {
            body.put("ORD_QTY", quantity);
            assertThat(client.order("TTTC0012U", body).summary()).as(quantity).isEqualTo("200 2 OPSQ2001");
        }
        body.put("ORD_QTY", "1");
        body.put("ORD_DVSN", "99");
        assertThat(client.order("TTTC0012U", body).msg1().trim()).isEqualTo("ERROR : INPUT INVALID_CHECK_ORD_DVSN");
        body.put("ORD_DVSN", "00");
        body.put("ORD_UNPR", "-1");
        assertThat(client.order("TTTC0012U", body).summary()).isEqualTo("200 2 OPSQ2001");
        body.put("ORD_UNPR", "0");
        assertThat(client.order("TTTC0012U", body).summary()).isEqualTo("200 7 APBK0506");
        assertThat(simulator.orders().list()).isEmpty();
    }

    @Test
    void aMarketBuyNeedsTheUpperLimitPriceInCash() {
        KisClient client = start(SimulatorOptions.builder().cash(1_000_000));
        simulator.setPrice("005930", 100_000);
        simulator.orders().setCash(simulator.market().upperLimit("005930") * 5 - 1);
        assertThat(simulator.market().upperLimit("005930")).isGreaterThan(100_000);

        assertThat(client.buy("005930", 5, 0).msgCd()).isEqualTo("APBK0952");
        simulator.orders().setCash(simulator.market().upperLimit("005930") * 5);
        assertThat(client.buy("005930", 5, 0).msgCd()).isEqualTo("APBK0013");
        assertThat(simulator.orders().cash()).isEqualTo(simulator.market().upperLimit("005930") * 5 - 500_000);
    }

    @Test
    void aMarketableLimitTradesAtTheBetterPrice() {
        KisClient client = real();
        simulator.setPrice("005930", 100_000);

        String orderNo = orderNo(client.buy("005930", 3, 101_000));

        assertThat(simulator.orders().find(orderNo).orElseThrow().fills().get(0).price()).isEqualTo(100_000);
    }

    @Test
    void aRestingOrderHoldsCashAndTradesWhenThePriceComes() {
        KisClient client = real();
        simulator.setPrice("005930", 100_000);
        long before = simulator.orders().orderableCash();
        String orderNo = orderNo(client.buy("005930", 3, 99_000));
        assertThat(simulator.orders().find(orderNo).orElseThrow().state()).isEqualTo(Order.State.OPEN);
        assertThat(simulator.orders().orderableCash()).isEqualTo(before - 297_000);
        assertThat(simulator.orders().cash()).isEqualTo(before);

        simulator.setPrice("005930", 99_100);
        assertThat(simulator.orders().find(orderNo).orElseThrow().remainingQuantity()).isEqualTo(3);
        simulator.setPrice("005930", 98_500);

        Order order = simulator.orders().find(orderNo).orElseThrow();
        assertThat(order.state()).isEqualTo(Order.State.FILLED);
        assertThat(order.filledAmount()).isEqualTo(297_000);
        assertThat(simulator.orders().cash()).isEqualTo(before - 297_000);
    }

    @Test
    void whenARestingOrderTradesDoesNotDependOnWhoLooks() {
        KisClient client = real();
        long price = simulator.market().price("005930");
        long limit = price - simulator.market().tick("005930", price);
        String orderNo = orderNo(client.buy("005930", 1, limit));
        clock.advance(Duration.ofHours(10));
        Order lookedOnce = simulator.orders().find(orderNo).orElseThrow();

        TestClock otherClock = TestClock.at("2026-11-23T10:00:00");
        try (Simulator watched = Simulator.start(SimulatorOptions.builder().clock(otherClock).build())) {
            String twin = orderNo(KisClient.loggedIn(watched).buy("005930", 1, limit));
            for (int i = 0; i < 600; i++) {
                otherClock.advance(Duration.ofMinutes(1));
                watched.orders().list();
            }
            Order lookedOften = watched.orders().find(twin).orElseThrow();
            assertThat(lookedOnce.state()).isEqualTo(Order.State.FILLED);
            assertThat(lookedOften.state()).isEqualTo(lookedOnce.state());
            assertThat(Duration.between(lookedOften.fills().get(0).time(), lookedOnce.fills().get(0).time()).abs())
                    .isLessThan(Duration.ofMinutes(5));
        }
    }

    @Test
    void aCancellationHasItsOwnNumberAndFreesTheCash() {
        KisClient client = real();
        long before = simulator.orders().orderableCash();
        String orderNo = orderNo(client.buy("000660", 10, simulator.market().lowerLimit("000660")));

        KisClient.Answer cancel = client.cancelAll(orderNo);

        assertThat(cancel.summary()).isEqualTo("200 0 APBK0013");
        assertThat(orderNo(cancel)).isNotEqualTo(orderNo);
        assertThat(simulator.orders().orderableCash()).isEqualTo(before);
        Order cancelled = simulator.orders().find(orderNo).orElseThrow();
        assertThat(cancelled.state()).isEqualTo(Order.State.CANCELLED);
        assertThat(cancelled.cancelledQuantity()).isEqualTo(10);
        Order cancellation = simulator.orders().find(orderNo(cancel)).orElseThrow();
        assertThat(cancellation.kind()).isEqualTo(Order.Kind.CANCEL);
        assertThat(cancellation.originalOrderNo()).isEqualTo(orderNo);
        assertThat(client.cancelAll(orderNo).summary()).isEqualTo("200 7 APBK0927");
    }

    @Test
    void aPartIsCancelledAndTheRestTrades() {
        KisClient client = real();
        String orderNo = orderNo(client.sell("000660", 10, simulator.market().upperLimit("000660")));
        simulator.orders().fill(orderNo, 4);
        assertThat(client.change("02", orderNo, "7", "0", "N").msgCd()).isEqualTo("APBK0927");

        assertThat(client.change("02", orderNo, "2", "0", "N").rtCd()).isEqualTo("0");

        Order order = simulator.orders().find(orderNo).orElseThrow();
        assertThat(order.state()).isEqualTo(Order.State.OPEN);
        assertThat(order.remainingQuantity()).isEqualTo(4);
        assertThat(simulator.orders().fill(orderNo, 4).state()).isEqualTo(Order.State.FILLED);
        assertThat(simulator.orders().held("000660")).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"REAL, 200 7 APBK0927, 200 7 APBK0344", "VIRTUAL, 200 1 40330000, 200 1 40330000"})
    void filledAndUnknownOrdersCannotBeCancelled(Mode mode, String filled, String unknown) {
        KisClient client = start(SimulatorOptions.builder().mode(mode));

        assertThat(client.cancelAll(orderNo(client.buy("005930", 1, 0))).summary()).isEqualTo(filled);
        assertThat(client.cancelAll("9999999999").summary()).isEqualTo(unknown);
    }

    @Test
    void anAmendmentLivesOnUnderItsOwnNumber() {
        KisClient client = real();
        long low = simulator.market().lowerLimit("000660");
        long tick = simulator.market().tick("000660", low);
        String orderNo = orderNo(client.buy("000660", 10, low));

        KisClient.Answer amend = client.change("01", orderNo, "10", Long.toString(low + tick), "Y");

        assertThat(amend.rtCd()).isEqualTo("0");
        assertThat(simulator.orders().find(orderNo).orElseThrow().state()).isEqualTo(Order.State.AMENDED);
        Order living = simulator.orders().find(orderNo(amend)).orElseThrow();
        assertThat(living.state()).isEqualTo(Order.State.OPEN);
        assertThat(living.price()).isEqualTo(low + tick);
        assertThat(living.originalOrderNo()).isEqualTo(orderNo);
        assertThat(client.change("01", orderNo(amend), "10", "123", "Y").msgCd()).isEqualTo("APBK0506");
        assertThat(client.change("03", orderNo(amend), "10", "0", "Y").summary()).isEqualTo("200 2 OPSQ2001");
        assertThat(simulator.orders().find(orderNo(amend)).orElseThrow().state()).isEqualTo(Order.State.OPEN);
    }

    @Test
    void immediateOrdersDoNotRest() {
        KisClient client = real();
        Map<String, String> body = client.orderBody("005930", 1, simulator.market().lowerLimit("005930"));
        body.put("ORD_DVSN", "11");
        String orderNo = orderNo(client.order("TTTC0012U", body));

        assertThat(simulator.orders().find(orderNo).orElseThrow().state()).isEqualTo(Order.State.CANCELLED);
    }

    @Test
    void theSameSharesAreNotSoldTwice() {
        KisClient client = real();
        assertThat(client.sell("000660", 10, simulator.market().upperLimit("000660")).rtCd()).isEqualTo("0");

        assertThat(client.sell("000660", 6, 0).msgCd()).isEqualTo("APBK0400");
        assertThat(client.sell("000660", 5, 0).rtCd()).isEqualTo("0");
    }

    @Test
    void ordersOfADayExpireWithIt() {
        KisClient client = real();
        String orderNo = orderNo(client.buy("000660", 1, simulator.market().lowerLimit("000660")));
        long cash = simulator.orders().cash();

        clock.moveTo("2026-11-24T00:00:00");

        assertThat(simulator.orders().find(orderNo).orElseThrow().state()).isEqualTo(Order.State.EXPIRED);
        assertThat(simulator.orders().orderableCash()).isEqualTo(cash);
    }

    @ParameterizedTest
    @CsvSource({
        "REAL,    2026-11-23T08:59:59, 200 7 APBK0918", "REAL,    2026-11-23T15:30:00, 200 7 APBK0918",
        "REAL,    2026-11-22T10:00:00, 200 7 APBK0919", "REAL,    2026-11-23T15:29:59, 200 0 APBK0013",
        "VIRTUAL, 2026-11-23T08:59:59, 200 1 40570000", "VIRTUAL, 2026-11-23T15:30:00, 200 1 40580000",
        "VIRTUAL, 2026-12-31T10:00:00, 200 1 40100000", "VIRTUAL, 2026-11-23T09:00:00, 200 0 40600000"})
    void marketHoursAreKeptIfAskedFor(Mode mode, String time, String expected) {
        clock.moveTo(time);
        KisClient client = start(SimulatorOptions.builder().mode(mode).marketHours(true));

        assertThat(client.buy("005930", 1, 0).summary()).isEqualTo(expected);
    }

    @Test
    void orderNumbersStayUniqueOverARestart() {
        String last = "";
        KisClient client = real();
        for (int i = 0; i < 20; i++) {
            last = orderNo(client.buy("005930", 1, 0));
        }
        clock.advance(Duration.ofSeconds(1));
        try (Simulator restarted = Simulator.start(SimulatorOptions.builder().clock(clock).build())) {
            assertThat(orderNo(KisClient.loggedIn(restarted).buy("005930", 1, 0))).isGreaterThan(last);
        }
    }

    @Test
    void etnsAndLetterCodesTrade() {
        KisClient client = real();

        assertThat(client.buy("Q500001", 2, 0).rtCd()).isEqualTo("0");
        assertThat(client.buy("0001A0", 2, 0).rtCd()).isEqualTo("0");
    }

    @Test
    void theBookRemembersNoMoreOrdersThanTold() {
        KisClient client = start(SimulatorOptions.builder().maxOrders(3).stickyCodes(Set.of("000660")));
        String open = orderNo(client.buy("000660", 1, simulator.market().lowerLimit("000660")));
        for (int i = 0; i < 5; i++) {
            client.buy("0001A0", 1, 0);
        }

        assertThat(simulator.orders().list()).hasSize(3).extracting(Order::orderNo).contains(open);
    }

    @Test
    void failedOrdersCarryNoOutput() {
        JsonNode reply = real().buy("005930", 1, 7).json();

        assertThat(reply.fieldNames()).toIterable().containsExactly("rt_cd", "msg_cd", "msg1");
    }
}
