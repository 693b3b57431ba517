package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.CANCEL;
import static io.kisgateway.order.OrderRig.STICKY;
import static io.kisgateway.order.OrderRig.order;
import static io.kisgateway.order.OrderRig.untilKnown;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cancelling an order, whole or in part, and what happens when that goes wrong. */
class CancelTest {

    private static OrderRig rig;
    private static One one;
    private static Http http;

    @BeforeAll
    static void start() {
        rig = OrderRig.inFiles();
        one = rig.gateway();
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

    private static String restingOrder(Http door, int quantity) {
        long price = rig.simulator().market().lowerLimit(STICKY);
        Reply reply = door.post(BUY, order(STICKY, quantity, price));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.at("/order_no").asText();
    }

    private static Order atKis(String orderNo) {
        return rig.simulator().orders().find(orderNo).orElseThrow();
    }

    private static String cancel(String orderNo) {
        return "{\"order_no\":\"" + orderNo + "\"}";
    }

    @Test
    void withoutQuantityAllThatIsLeftIsCancelled() {
        String orderNo = restingOrder(http, 10);
        rig.simulator().orders().fill(orderNo, 4);
        Reply reply = http.post(CANCEL, cancel(orderNo));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("/success").booleanValue()).isTrue();
        assertThat(reply.at("/cancelled").isBoolean()).isTrue();
        assertThat(reply.at("/cancelled").booleanValue()).isTrue();
        assertThat(reply.at("/data/original_order_no").asText()).isEqualTo(orderNo);
        assertThat(atKis(orderNo).cancelledQuantity()).isEqualTo(6);
        assertThat(atKis(reply.at("/order_no").asText()).kind()).isEqualTo(Order.Kind.CANCEL);
        Reply shown = http.get("/api/trading/orders/" + orderNo);
        assertThat(shown.at("/data/fills/quantity").intValue()).isEqualTo(4);
        assertThat(shown.at("/data/fills/cancelled_quantity").intValue()).isEqualTo(6);
        assertThat(shown.at("/data/fills/average_price").longValue()).isEqualTo(atKis(orderNo).price());
    }

    @Test
    void aPartIsCancelled() {
        String orderNo = restingOrder(http, 10);
        Reply reply = http.post(CANCEL, "{\"order_no\":\"" + Long.parseLong(orderNo) + "\",\"quantity\":3}");

        assertThat(reply.at("/cancelled").booleanValue()).as(reply.text()).isTrue();
        assertThat(reply.at("/data/quantity").intValue()).isEqualTo(3);
        assertThat(atKis(orderNo).remainingQuantity()).isEqualTo(7);
    }

    @Test
    void whatIsFilledIsNotCancelledAndThatIsNoError() {
        String orderNo = restingOrder(http, 5);
        rig.simulator().orders().fill(orderNo, 5);
        Reply reply = http.post(CANCEL, cancel(orderNo), "Idempotency-Key", "filled-" + orderNo);
        Reply repeat = http.post(CANCEL, cancel(orderNo), "Idempotency-Key", "filled-" + orderNo);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("/success").booleanValue()).isTrue();
        assertThat(reply.at("/cancelled").booleanValue()).isFalse();
        assertThat(reply.at("/cancelled").isBoolean()).isTrue();
        assertThat(reply.at("/data/filled_quantity").intValue()).isEqualTo(5);
        assertThat(repeat.text()).isEqualTo(reply.text());
        assertThat(repeat.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void inVirtualTradingToo() {
        try (OrderRig virtual = OrderRig.inFiles(Mode.VIRTUAL); One gateway = virtual.gateway()) {
            long price = virtual.simulator().market().lowerLimit(STICKY);
            String orderNo = gateway.http().post(BUY, order(STICKY, 5, price)).at("/order_no").asText();

            assertThat(gateway.http().post(CANCEL, cancel(orderNo)).at("/cancelled").booleanValue()).isTrue();
            Reply again = gateway.http().post(CANCEL, cancel(orderNo));
            assertThat(again.at("/cancelled").booleanValue()).isFalse();
            assertThat(again.status()).isEqualTo(200);
        }
    }

    @Test
    void aRefusalOfWhatIsStillOpenIsAnError() {
        String orderNo = restingOrder(http, 5);
        Reply reply = http.post(CANCEL, "{\"order_no\":\"" + orderNo + "\",\"quantity\":6}");

        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.code()).isEqualTo("KIS_REJECTED");
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
    }

    @Test
    void whileKisIsDownNothingCountsAsFilled() {
        String orderNo = restingOrder(http, 5);
        rig.simulator().faults().add(Fault.code("EGW00002").onPath("trading").times(100));
        Reply reply = http.post(CANCEL, cancel(orderNo));

        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.at("/outcome").asText()).isEqualTo("unknown");
        assertThat(reply.at("/cancelled").isMissingNode()).isTrue();
    }

    @Test
    void aCancellationWithoutAnswerIsFound() {
        String orderNo = restingOrder(http, 5);
        String key = UUID.randomUUID().toString();
        rig.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-rvsecncl"));
        Reply first = http.post(CANCEL, cancel(orderNo), "Idempotency-Key", key);
        Reply repeat = untilKnown(http, CANCEL, cancel(orderNo), key);

        assertThat(first.status()).isEqualTo(504);
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.at("/cancelled").booleanValue()).isTrue();
        assertThat(atKis(repeat.at("/order_no").asText()).originalOrderNo()).isEqualTo(orderNo);
        assertThat(rig.simulator().orders().list().stream().filter(order -> order.originalOrderNo().equals(orderNo))).hasSize(1);
    }

    @Test
    void aCancellationThatKisDidNotTakeIsSaidSo() {
        String orderNo = restingOrder(http, 5);
        String key = UUID.randomUUID().toString();
        rig.simulator().faults().add(Fault.of(Kind.RESET_BEFORE).onPath("order-rvsecncl"));
        http.post(CANCEL, cancel(orderNo), "Idempotency-Key", key);

        assertThat(untilKnown(http, CANCEL, cancel(orderNo), key).code()).isEqualTo("ORDER_NOT_PLACED");
        assertThat(atKis(orderNo).remainingQuantity()).isEqualTo(5);
    }

    @Test
    void anOrderOfSomebodyElsesGatewayIsCancelledToo() {
        String orderNo;
        try (One stranger = rig.stranger()) {
            orderNo = restingOrder(stranger.http(), 5);
        }
        Reply shown = http.get("/api/trading/orders/" + orderNo);

        assertThat(shown.at("/data/journalled").booleanValue()).isFalse();
        assertThat(shown.at("/data/fills/remaining_quantity").intValue()).isEqualTo(5);
        assertThat(http.post(CANCEL, cancel(orderNo)).at("/cancelled").booleanValue()).isTrue();
        assertThat(atKis(orderNo).remainingQuantity()).isZero();
    }

    /** Found by the fault campaign: it was said that nothing is left, of an order whose rest KIS had under another number. */
    @Test
    void whatKisDoesNotAccountForMayBeLeft() {
        try (OrderRig ofItsOwn = OrderRig.inFiles(); One gateway = ofItsOwn.gateway()) {
            long low = ofItsOwn.simulator().market().lowerLimit(STICKY);
            String orderNo = gateway.http().post(BUY, order(STICKY, 5, low)).at("/order_no").asText();
            ofItsOwn.simulator().faults().add(Fault.of(Kind.LATE_LISTING).onPath("order-rvsecncl").ms(600_000));
            String change = cancel(orderNo).replace("}", ",\"price\":" + ofItsOwn.simulator().market().upperLimit(STICKY) + "}");
            assertThat(gateway.http().post("/api/trading/modify", change).status()).isEqualTo(200);

            assertThat(gateway.http().post(CANCEL, cancel(orderNo)).code()).isEqualTo("KIS_REJECTED");
        }
    }

    /** The order may be in no journal, so that its number is nobody's. */
    @Test
    void theNumberOfTheOrderItselfIsNoCancellations() {
        String orderNo;
        try (One stranger = rig.stranger()) {
            orderNo = restingOrder(stranger.http(), 5);
        }
        rig.simulator().faults().add(Fault.field(Kind.REPLY_FIELD, "ODNO", orderNo).onPath("order-rvsecncl"));
        String key = UUID.randomUUID().toString();
        Reply first = http.post(CANCEL, cancel(orderNo), "Idempotency-Key", key);
        Reply repeat = untilKnown(http, CANCEL, cancel(orderNo), key);

        assertThat(first.at("/outcome").asText()).as(first.text()).isEqualTo("unknown");
        assertThat(repeat.at("/cancelled").booleanValue()).as(repeat.text()).isTrue();
        assertThat(atKis(repeat.at("/order_no").asText()).originalOrderNo()).isEqualTo(orderNo);
    }

    /** Amended elsewhere, the old number's rest counts as cancelled, and of the new one nobody can tell how much is left. */
    @ParameterizedTest
    @CsvSource({"rmn_qty, ''", "ord_qty, x"})
    void whatAnAmendedOrderDoesNotSayIsLeftMayBeLeft(String field, String value) {
        String orderNo = restingOrder(http, 5);
        String amended = "{\"odno\":\"0000999999\",\"orgn_odno\":\"" + orderNo + "\",\"sll_buy_dvsn_cd_name\":\"매수정정\",";
        String row = "\"ord_dt\":\"" + LocalDate.now(KoreanTime.KST).format(DateTimeFormatter.BASIC_ISO_DATE) + "\",\"ord_tmd\":\"101500\","
                + "\"sll_buy_dvsn_cd\":\"02\",\"pdno\":\"" + STICKY + "\",\"ord_unpr\":\"70000\",\"tot_ccld_qty\":\"0\"";
        String rest = field.equals("rmn_qty") ? ",\"ord_qty\":\"5\",\"rmn_qty\":\"" + value + "\"}"
                : ",\"ord_qty\":\"" + value + "\",\"rmn_qty\":\"5\"}";
        rig.simulator().faults()
                .add(Fault.of(Kind.GARBAGE).onPath("inquire-daily-ccld").share(1).body("{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0510\","
                        + "\"output1\":[" + amended + row + rest + ",{\"odno\":\"" + orderNo + "\"," + row
                        + ",\"ord_qty\":\"5\",\"rmn_qty\":\"0\",\"cncl_cfrm_qty\":\"5\"}]}"));
        rig.simulator().faults().add(Fault.code("40330000").rtCd("7").status(200).onPath("order-rvsecncl"));

        Reply reply = http.post(CANCEL, cancel(orderNo));
        assertThat(reply.code()).as(reply.text()).isEqualTo("KIS_REJECTED");
    }

    @Test
    void anOrderThatNobodyKnowsIsNotFound() {
        Reply reply = http.post(CANCEL, cancel("9999999999"));

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("UNKNOWN_ORDER");
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(http.post(CANCEL, "{\"order_no\":123}").at("/field").asText()).isEqualTo("order_no");
        assertThat(http.post(CANCEL, "{\"order_no\":\"1\",\"quantity\":-1}").at("/field").asText()).isEqualTo("quantity");
    }
}
