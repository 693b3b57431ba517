package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.SELL;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Fat fingers, keys that are required, and the cash that is there. */
class OrderGuardTest {

    private static OrderRig rig;
    private static One one;
    private static long limit;

    @BeforeAll
    static void start() {
        rig = OrderRig.inFiles();
        limit = rig.simulator().market().upperLimit("005930");
        one = rig.gateway("MAX_ORDER_QUANTITY", "1000", "MAX_ORDER_VALUE", String.valueOf(limit * 10), "IDEMPOTENCY_REQUIRED", "true");
    }

    @AfterAll
    static void stop() {
        one.close();
        rig.close();
    }

    private static Reply post(String path, String body, String key) {
        return one.http().post(path, body, "Idempotency-Key", key);
    }

    private static void assertGuarded(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(422);
        assertThat(reply.code()).isEqualTo("ORDER_GUARD");
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
    }

    @Test
    void aQuantityOverTheLimitIsStopped() {
        assertGuarded(post(SELL, order("005930", 1001, 1000), "g1"));
    }

    @Test
    void aValueOverTheLimitIsStopped() {
        assertGuarded(post(BUY, order("005930", 1000, 999_999_999), "g2"));
        long price = rig.simulator().market().lowerLimit("005930");
        long most = limit * 10 / price;
        assertGuarded(post(BUY, order("005930", (int) most + 1, price), "g3"));
        assertThat(post(BUY, order("005930", (int) most, price), "g3").status()).isEqualTo(200);
    }

    @Test
    void theUpperLimitPriceIsKeptOnlyOnceTheExchangeHasOpened() {
        TestClock clock = TestClock.at("2026-11-23T08:59:59");
        try (Rig early = Rig.at(clock, "MAX_ORDER_VALUE", "1000000000000")) {
            for (String time : new String[] {"08:59:59", "08:59:59", "09:00:00", "09:00:00", "15:00:00"}) {
                clock.moveTo("2026-11-23T" + time);
                assertThat(early.http().post(BUY, order("005930", 1, 0)).status()).isEqualTo(200);
            }
            assertThat(early.simulator().calls().on("inquire-price")).hasSize(3);
        }
    }

    @Test
    void aMarketOrderIsValuedAtTheUpperLimitPrice() {
        Reply reply = post(BUY, order("005930", 11, 0), "g4");

        assertGuarded(reply);
        assertThat(reply.at("/detail").asText()).contains(String.valueOf(limit * 11)).contains(String.valueOf(limit));
        assertThat(post(BUY, order("005930", 10, 0), "g4").status()).isEqualTo(200);
        assertThat(post(BUY, order("999999", 1, 0), "g5").code()).isEqualTo("UNKNOWN_STOCK");
    }

    @Test
    void aMarketOrderThatCannotBeValuedIsNotSent() {
        rig.simulator().faults().add(Fault.code("EGW00002").onPath("inquire-price").times(3));
        int before = rig.taken().size();
        Reply reply = post(BUY, order("000660", 1, 0), "g6");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(rig.taken()).hasSize(before);
    }

    @Test
    void withoutTheRequiredKeyNoOrderIsTaken() {
        for (String path : new String[] {BUY, SELL}) {
            Reply reply = one.http().post(path, order("005930", 1, 0));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.at("/field").asText()).isEqualTo("Idempotency-Key");
        }
        assertThat(one.http().post("/api/trading/cancel", "{\"order_no\":\"1\"}").status()).isEqualTo(400);
    }

    @Test
    void theCashBalanceIsWhatCanBuyWithoutCredit() {
        Reply reply = one.http().post("/api/account/cash-balance", "");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("/success").booleanValue()).isTrue();
        assertThat(reply.at("/data").isIntegralNumber()).isTrue();
        assertThat(reply.at("/data").longValue()).isPositive().isLessThanOrEqualTo(rig.simulator().orders().orderableCash());
        assertThat(reply.at("/detail/orderable_cash").isIntegralNumber()).isTrue();
    }

    @Test
    void aFaultOfKisIsNoEmptyPurse() {
        rig.simulator().faults().add(Fault.code("EGW00002").onPath("inquire-psbl-order").times(3));
        Reply reply = one.http().post("/api/account/cash-balance", "{}");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.at("/data").isMissingNode()).isTrue();
    }
}
