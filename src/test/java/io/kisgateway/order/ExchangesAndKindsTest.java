package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.CANCEL;
import static io.kisgateway.order.OrderRig.STICKY;
import static io.kisgateway.order.OrderRig.untilKnown;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.Gateway;
import io.kisgateway.order.OrderRig.One;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an order goes, of which kind it is, what it was changed into, and the account's orders wherever they were placed. */
class ExchangesAndKindsTest {

    private static final String MODIFY = "/api/trading/modify";

    private static OrderRig rig;
    private static One one;
    private static Http http;

    @BeforeAll
    static void start() {
        rig = OrderRig.inFiles();
        one = rig.gateway("MAX_ORDER_QUANTITY", "1000");
        http = one.http();
    }

    @AfterAll
    static void stop() {
        one.close();
        rig.close();
    }

    @AfterEach
    void clear() {
        rig.simulator().faults().clear();
    }

    private static long low() {
        return rig.simulator().market().lowerLimit(STICKY);
    }

    private static String order(int quantity, long price, String more) {
        return "{\"stock_code\":\"" + STICKY + "\",\"quantity\":" + quantity + ",\"price\":" + price + more + "}";
    }

    private static String resting(int quantity) {
        Reply reply = http.post(BUY, order(quantity, low(), ""));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.at("/order_no").asText();
    }

    private static Order atKis(String orderNo) {
        return rig.simulator().orders().find(orderNo).orElseThrow();
    }

    private static String number(String orderNo, String more) {
        return "{\"order_no\":\"" + orderNo + "\"" + more + "}";
    }

    @ParameterizedTest
    @CsvSource({"NXT", "SOR", "KRX"})
    void anOrderGoesWhereItsCallerSaysAndIsCancelledThere(String exchange) {
        Reply reply = http.post(BUY, order(5, low(), ",\"exchange\":\"" + exchange + "\""));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data/exchange").asText()).isEqualTo(exchange);
        Reply cancel = http.post(CANCEL, number(reply.at("/order_no").asText(), ",\"quantity\":0"));
        assertThat(cancel.at("/cancelled").booleanValue()).as(cancel.text()).isTrue();
        assertThat(atKis(reply.at("/order_no").asText()).remainingQuantity()).isZero();
    }

    @Test
    void anOrderPlacedElsewhereAtAnotherExchangeIsShownAndCancelledThere() {
        String number = rig.simulator().elsewhere().place(Order.Side.BUY, STICKY, 4, low(), "NXT").orderNo();

        assertThat(http.get("/api/trading/orders/" + number).at("/data/exchange").asText()).isEqualTo("NXT");
        Reply cancel = http.post(CANCEL, number(number, ""));
        assertThat(cancel.at("/cancelled").booleanValue()).as(cancel.text()).isTrue();
        assertThat(atKis(number).cancelledQuantity()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "limit | 0 | price", "market | 100 | price", "best | 100 | price", "conditional_limit | 0 | price", "limit_ioc | 0 | price",
        "market_fok | 5 | price", "mid | 7 | price", "stop | 0 | order_type", "LIMIT | 100 | order_type"})
    void eachKindHasItsRuleOfPrice(String type, long price, String field) {
        Reply reply = http.post(BUY, order(1, price, ",\"order_type\":\"" + type + "\""));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/field").asText()).isEqualTo(field);
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
    }

    @Test
    void aKindThatAnExchangeDoesNotTakeIsNamed() {
        Reply market = http.post(BUY, order(1, 0, ",\"exchange\":\"NXT\""));
        Reply wrong = http.post(BUY, order(1, 0, ",\"exchange\":\"NYSE\""));

        assertThat(market.at("/field").asText()).isEqualTo("order_type");
        assertThat(market.at("/detail").asText()).contains("market", "NXT", "limit");
        assertThat(wrong.at("/field").asText()).isEqualTo("exchange");
    }

    @Test
    void virtualTradingTakesLess() {
        try (OrderRig virtual = OrderRig.inFiles(Mode.VIRTUAL); One gateway = virtual.gateway()) {
            assertThat(gateway.http().post(BUY, order(1, low(), ",\"exchange\":\"NXT\"")).code()).isEqualTo("NOT_OFFERED");
            Reply ioc = gateway.http().post(BUY, order(1, low(), ",\"order_type\":\"limit_ioc\""));
            assertThat(ioc.code()).isEqualTo("NOT_OFFERED");
            assertThat(ioc.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(virtual.taken()).isEmpty();
        }
    }

    @Test
    void anOrderWithAKindIsFoundByIt() {
        rig.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
        String body = order(7, 0, ",\"order_type\":\"best\"");
        http.post(BUY, body, "Idempotency-Key", "best-1");
        Reply found = untilKnown(http, BUY, body, "best-1");

        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.at("/data/type").asText()).isEqualTo("best");
        assertThat(atKis(found.at("/order_no").asText()).type()).isEqualTo("03");
    }

    @Test
    void twoBodiesThatMeanTheSameAreTheSameRequest() {
        Reply first = http.post(BUY, order(3, low(), ""), "Idempotency-Key", "same");
        Reply second = http.post(BUY, order(3, low(), ",\"exchange\":\"KRX\",\"order_type\":\"limit\""), "Idempotency-Key", "same");
        Reply other = http.post(BUY, order(3, low(), ",\"exchange\":\"NXT\""), "Idempotency-Key", "same");

        assertThat(second.text()).isEqualTo(first.text());
        assertThat(other.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void anOrderGetsAnotherPriceUnderAnotherNumber() {
        String number = resting(10);
        Reply reply = http.post(MODIFY, number(number, ",\"price\":" + (low() + 100)), "Idempotency-Key", "modify-" + number);
        Reply repeat = http.post(MODIFY, number(number, ",\"price\":" + (low() + 100)), "Idempotency-Key", "modify-" + number);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(repeat.text()).isEqualTo(reply.text());
        String now = reply.at("/order_no").asText();
        assertThat(atKis(now).price()).isEqualTo(low() + 100);
        assertThat(atKis(now).remainingQuantity()).isEqualTo(10);
        assertThat(http.get("/api/trading/orders/" + now).at("/data/side").asText()).isEqualTo("modify");
        assertThat(http.post(MODIFY, number(number, "")).at("/field").asText()).isEqualTo("price");
        assertThat(http.post(MODIFY, number("9999999999", ",\"price\":100")).code()).isEqualTo("UNKNOWN_ORDER");
    }

    @Test
    void aChangeWhoseReplyIsLostIsFound() {
        String number = resting(6);
        rig.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-rvsecncl"));
        String body = number(number, ",\"price\":" + (low() + 50) + ",\"quantity\":2");
        assertThat(http.post(MODIFY, body, "Idempotency-Key", "lost-" + number).status()).isEqualTo(504);
        Reply found = untilKnown(http, MODIFY, body, "lost-" + number);

        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(atKis(found.at("/order_no").asText()).price()).isEqualTo(low() + 50);
    }

    @Test
    void aChangeIsStoppedLikeAnOrder() {
        String number = resting(10);
        one.management().post("/admin/trading/halt", "");
        Reply halted = http.post(MODIFY, number(number, ",\"price\":" + (low() + 100)));
        one.management().post("/admin/trading/resume", "");
        String large = rig.simulator().elsewhere().place(Order.Side.BUY, STICKY, 2000, low(), "KRX").orderNo();
        Reply guarded = http.post(MODIFY, number(large, ",\"price\":" + (low() + 100)));

        assertThat(halted.code()).isEqualTo("TRADING_HALTED");
        assertThat(guarded.code()).isEqualTo("ORDER_GUARD");
        assertThat(atKis(large).remainingQuantity()).isEqualTo(2000);
    }

    @Test
    void aCancelFollowsAnOrderThatWasChangedElsewhere() {
        String number = resting(10);
        String now = rig.simulator().elsewhere().amend(number, low() + 100).orderNo();
        Reply cancel = http.post(CANCEL, number(number, ""), "Idempotency-Key", "follow-" + number);

        assertThat(cancel.at("/cancelled").booleanValue()).as(cancel.text()).isTrue();
        assertThat(cancel.at("/data/original_order_no").asText()).isEqualTo(now);
        assertThat(atKis(now).remainingQuantity()).isZero();
        assertThat(http.post(CANCEL, number(number, ""), "Idempotency-Key", "follow-" + number).text()).isEqualTo(cancel.text());
    }

    @Test
    void aCancelAsksTheListAgainWhileItLags() {
        String number = resting(5);
        rig.simulator().orders().fill(number, 5);
        rig.simulator().faults().add(Fault.of(Kind.LIST_LAG).onPath("inquire-daily-ccld").ms(600_000).times(2));
        Reply cancel = http.post(CANCEL, number(number, ""));

        assertThat(cancel.status()).as(cancel.text()).isEqualTo(200);
        assertThat(cancel.at("/cancelled").booleanValue()).isFalse();
        assertThat(cancel.at("/data/filled_quantity").intValue()).isEqualTo(5);
    }

    @Test
    void theAccountsOrdersArePagedNewestFirstThoseFromElsewhereToo() {
        String first = resting(3);
        String elsewhere = rig.simulator().elsewhere().place(Order.Side.BUY, STICKY, 2, low(), "NXT").orderNo();
        String last = resting(4);
        List<String> numbers = new ArrayList<>();
        String after = "";
        do {
            Reply page = http.get("/api/account/orders?open=true&limit=2" + after);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            for (JsonNode row : page.at("/data")) {
                numbers.add(row.get("order_no").asText());
                assertThat(row.at("/fills/remaining_quantity").intValue()).isPositive();
            }
            after = page.at("/next").isNull() ? null : "&after=" + page.at("/next").asText();
        } while (after != null);

        assertThat(numbers).doesNotHaveDuplicates().containsSubsequence(last, elsewhere, first);
        assertThat(http.get("/api/account/orders?after=9999999999").at("/field").asText()).isEqualTo("after");
        assertThat(http.get("/api/account/orders?limit=0").at("/field").asText()).isEqualTo("limit");
        // More than once: a lookup in the background may ask for the list meanwhile.
        rig.simulator().faults().add(Fault.of(Kind.LIST_NULL).onPath("inquire-daily-ccld").times(100));
        assertThat(http.get("/api/account/orders").code()).isEqualTo("KIS_UNREADABLE");
        rig.simulator().faults().clear();
        rig.simulator().faults().add(Fault.field(Kind.ROW_FIELD, "rmn_qty", "").onPath("inquire-daily-ccld").times(100));
        Reply untold = http.get("/api/account/orders?open=true");
        assertThat(untold.at("/data").findValuesAsText("order_no")).as("what may be open").contains(first, last);
        assertThat(untold.at("/data/0/fills/remaining_quantity").isNull()).as(untold.text()).isTrue();
        rig.simulator().faults().clear();
        rig.simulator().faults().add(Fault.field(Kind.ROW_FIELD, "ord_unpr", "").onPath("inquire-daily-ccld").times(100));
        assertThat(http.get("/api/account/orders?open=true").at("/data/0/price").isNull()).isTrue();
        rig.simulator().faults().clear();
        rig.simulator().faults().add(Fault.field(Kind.ODD_ROW, "odno", "").onPath("inquire-daily-ccld").times(100));
        assertThat(http.get("/api/account/orders").at("/unreadable").intValue()).isEqualTo(1);
    }

    /** KIS lists what is older than three months by another id only: such a day had no orders. */
    @Test
    void ordersOfLongAgoAreListedToo() {
        TestClock clock = TestClock.morning();
        try (Rig old = Rig.at(clock)) {
            String number = old.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}").at("/order_no").asText();
            assertThat(number).isNotEmpty();
            String day = KoreanTime.date(clock.instant()).toString();
            clock.moveTo(LocalDate.parse(day).plusMonths(6) + "T10:00:00");
            try (Gateway later = Rig.gateway(old.simulator(), Map.of(), clock)) {
                Reply reply = new Http("http://127.0.0.1:" + later.port()).get("/api/account/orders?date=" + day);
                assertThat(reply.at("/data").findValuesAsText("order_no")).as(reply.text()).containsExactly(number);
            }
        }
    }
}
