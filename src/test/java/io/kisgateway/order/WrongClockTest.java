package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A machine whose clock is on another day than KIS asks for another day's list, in which no order of today is. */
class WrongClockTest {

    @AutoClose
    private final OrderRig rig = OrderRig.inFiles();

    /** The machine's, which somebody sets. */
    private static final class SetClock extends Clock {

        private final Clock right;
        private final AtomicReference<Duration> ahead;

        SetClock(Clock right, Duration ahead) {
            this.right = right;
            this.ahead = new AtomicReference<>(ahead);
        }

        SetClock(Duration ahead) {
            this(Clock.systemUTC(), ahead);
        }

        @Override
        public Instant instant() {
            return right.instant().plus(ahead.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private void lost(Http http) {
        lost(rig, http);
    }

    private static void lost(OrderRig rig, Http http) {
        rig.simulator().faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
        assertThat(http.post(BUY, order("005930", 3, 0), "Idempotency-Key", "k").at("/outcome").asText()).isEqualTo("unknown");
        assertThat(rig.taken()).hasSize(1);
    }

    private static void unresolved(Http http, String why) {
        Awaitility.await().failFast(() -> assertThat(shown(http).at("/data/state").asText()).isNotIn("not_placed", "rejected"))
                .until(() -> shown(http).at("/data/state").asText().equals("unresolved"));
        assertThat(shown(http).at("/data/reason").asText()).contains(why);
    }

    private static Reply shown(Http http) {
        return http.get("/api/trading/orders/k");
    }

    @Test
    void theListOfAnotherDayProvesNothing() {
        try (One one = rig.gateway(new SetClock(Duration.ofDays(-1)))) {
            lost(one.http());
            unresolved(one.http(), "clock");
        }
    }

    /** The wrong day's list told a caller that there is nothing, and that an order of today is none. */
    @Test
    void whatKisHasTodayIsNotSaidFromTheListOfAnotherDay() {
        try (One one = rig.gateway(new SetClock(Duration.ofDays(-1)))) {
            Reply orders = one.http().get("/api/account/orders");
            assertThat(orders.status()).as(orders.text()).isEqualTo(502);
            assertThat(orders.at("/detail").asText()).contains("another day");
            Reply cancel = one.http().post(OrderRig.CANCEL, "{\"order_no\":\"0000117001\"}");
            assertThat(cancel.code()).isEqualTo("KIS_UNREADABLE");
            assertThat(cancel.at("/outcome").asText()).isEqualTo("not_placed");
        }
    }

    @Test
    void anOrderThatWasSentByAClockThatHasBeenSetSinceStaysUnresolved() {
        SetClock clock = new SetClock(Duration.ofHours(2));
        try (One one = rig.gateway(clock)) {
            lost(one.http());
            clock.ahead.set(Duration.ZERO);
            unresolved(one.http(), "has been set since");
        }
    }

    /** A lookup that failed put it off, and after a restart nothing told that the clock had been set: it was "not placed". */
    @Test
    void itStaysSoWhenKisCannotBeAskedAndOverARestart() {
        Clock right = Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), Instant.parse("2026-11-23T23:00:00Z")));
        SetClock clock = new SetClock(right, Duration.ofHours(-9));
        try (OrderRig kis = OrderRig.inFiles(right)) {
            try (One one = kis.gateway(clock, "KIS_HTS_ID", "trader")) {
                lost(kis, one.http());
                // Before that nothing tells that the clock has been set: docs/orders.md names it.
                Awaitility.await().until(() -> !kis.simulator().calls().on("inquire-daily-ccld").isEmpty());
                clock.ahead.set(Duration.ZERO);
                Awaitility.await().until(() -> shown(one.http()).at("/data/reason").asText().contains("has been set since"));
                kis.simulator().faults().add(Fault.of(Kind.RESET_BEFORE).onPath("inquire-daily-ccld").share(1));
                noticed(kis, one.http());
                assertThat(shown(one.http()).at("/data/reason").asText()).contains("has been set since");
                kis.simulator().faults().clear();
            }
            try (One one = kis.gateway(clock, "KIS_HTS_ID", "trader")) {
                noticed(kis, one.http());
                assertThat(shown(one.http()).at("/data/state").asText()).isEqualTo("unresolved");
            }
        }
    }

    /** Notices of other orders for the stock, a second apart, until KIS has been asked often enough to be believed. */
    private static void noticed(OrderRig rig, Http http) {
        int before = rig.simulator().calls().on("inquire-daily-ccld").size();
        Awaitility.await().pollInterval(Duration.ofSeconds(1))
                .failFast(() -> assertThat(shown(http).at("/data/state").asText()).isEqualTo("unresolved"))
                .until(() -> {
                    rig.simulator().elsewhere().place(Order.Side.BUY, "005930", 7, 0, "KRX");
                    return rig.simulator().calls().on("inquire-daily-ccld").size() >= before + 6;
                });
    }
}
