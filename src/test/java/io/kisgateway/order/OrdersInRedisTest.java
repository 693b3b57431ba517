package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Stopwatch;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Gateways that share their journal in Redis. */
class OrdersInRedisTest extends OrderSuite {

    private static final String BODY = order("000660", 2, 0);

    @AutoClose
    private static final OrderRigs rigs = new OrderRigs(OrderRig::inRedis);

    OrdersInRedisTest() {
        super(rigs);
    }

    /** The next test has the same gateway. */
    @AfterEach
    void untilOrdersCanBeWrittenDownAgain() {
        Awaitility.await().until(() -> http.get("/health").at("/orders/journal/writable").booleanValue());
    }

    @Test
    void aRepeatOnAnotherInstanceGetsTheStoredReply() {
        Reply first = buy(BODY);
        try (OrderRig.One other = rig.gateway()) {
            Reply repeat = other.http().post(BUY, BODY, "Idempotency-Key", key);

            assertThat(repeat.text()).isEqualTo(first.text());
            assertThat(repeat.header("Idempotent-Replayed")).isEqualTo("true");
        }
        assertThat(taken()).hasSize(1);
    }

    @Test
    void withoutRedisNoOrderIsSentAndAfterwardsTheKeyWorks() {
        rig.redis().kill();
        Reply away = http.post(BUY, BODY, "Idempotency-Key", key);
        Reply awayWithoutKey = http.post(BUY, BODY);
        rig.redis().startAgain();

        assertThat(away.status()).isEqualTo(503);
        assertThat(away.code()).isEqualTo("JOURNAL_UNAVAILABLE");
        assertThat(awayWithoutKey.code()).isEqualTo("JOURNAL_UNAVAILABLE");
        assertThat(awayWithoutKey.at("/outcome").asText()).isEqualTo("not_placed");
        assertThat(taken()).isEmpty();
        Awaitility.await().until(() -> http.post(BUY, BODY, "Idempotency-Key", key).status() == 200);
        assertThat(taken()).hasSize(1);
    }

    /** Whoever sent an order still knows it; only the other instances could take its key for a new one. */
    @Test
    void aRedisThatLosesEverythingMakesNoSecondOrderOnTheInstanceThatSentTheFirst() {
        Reply first = buy(BODY);
        rig.redis().loseEverything();
        Reply[] repeat = new Reply[1];
        Awaitility.await().until(() -> {
            repeat[0] = http.post(BUY, BODY, "Idempotency-Key", key);
            return repeat[0].status() == 200;
        });

        assertThat(repeat[0].text()).isEqualTo(first.text());
        assertThat(taken()).hasSize(1);
        try (OrderRig.One other = rig.gateway()) {
            assertThat(other.http().post(BUY, BODY, "Idempotency-Key", key).text()).isEqualTo(first.text());
        }
        assertThat(taken()).hasSize(1);
    }

    @Test
    void aFrozenRedisHoldsNoCallerForLong() {
        Stopwatch.within(Duration.ofSeconds(5), () -> {
            rig.redis().freeze();
            Reply reply = http.post(BUY, BODY);
            rig.redis().thaw();

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
        });
        Awaitility.await().until(() -> http.post(BUY, BODY, "Idempotency-Key", key).status() == 200);
        assertThat(taken()).hasSize(1);
    }
}
