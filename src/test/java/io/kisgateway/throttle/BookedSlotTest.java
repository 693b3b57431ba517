package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.throttle.TestGateway.Arrival;
import io.kisgateway.throttle.TestGateway.Request;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A call that is not ready while its slot lasts. */
class BookedSlotTest {

    private final ManualTime time = new ManualTime();
    private final Queue<Arrival> arrivals = TestGateway.arrivals();
    @AutoClose
    private TestGateway gateway;

    private void gateway(String account, Duration wait) throws Exception {
        gateway = TestGateway.inTime(TestGateway.settings("100 per second", account, wait), time, arrivals);
    }

    private void letPass(SendSlot slot) {
        time.standStill(100);
        assertThat(slot.isOver(time.nanoTime())).isTrue();
    }

    @Test
    void whereThereIsRoomTheNextTurnBeginsAtOnce() throws Exception {
        gateway("2 per second", Duration.ZERO);
        AtomicInteger renewed = new AtomicInteger();
        gateway.missesSlot = slot -> {
            letPass(slot);
            renewed.incrementAndGet();
            return !slot.renew();
        };
        assertThat(gateway.send("snapshot", null).code()).isNull();
        assertThat(renewed).hasValue(1);
        assertThat(gateway.send("snapshot", null).code()).isNull();
        assertThat(gateway.send("snapshot", null).code()).as("each costs one permit, renewed or not").isEqualTo(ProblemCode.RATE_LIMITED);
        assertThat(arrivals).hasSize(2);
    }

    @Test
    void whereThereIsNoneTheCallWaitsForItsNextTurnBeforeThoseWhoCameSince() throws Exception {
        gateway("2 per second", Duration.ofSeconds(20));
        assertThat(gateway.send("snapshot", null).code()).isNull();
        AtomicInteger missed = new AtomicInteger();
        gateway.missesSlot = slot -> {
            if (missed.getAndIncrement() > 0) {
                return false;
            }
            letPass(slot);
            gateway.throttle.budget().slowDown();
            return !slot.renew();
        };
        Request first = gateway.send("snapshot", null);
        Request second = gateway.send("snapshot", null);
        time.advance(10_000);
        assertThat(List.of(first, second)).allSatisfy(request -> assertThat(request.code()).isNull());
        assertThat(missed.get()).isGreaterThanOrEqualTo(2);
        List<Arrival> order = List.copyOf(arrivals);
        assertThat(order).extracting(Arrival::number).containsExactly(1, first.number(), second.number());
        assertThat(order.get(1).millis() - order.get(0).millis()).as("one a second by now").isGreaterThanOrEqualTo(1000);
        assertThat(order.get(2).millis() - order.get(1).millis()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void whoeverMayNotWaitSoLongIsRefused() throws Exception {
        gateway("2 per 10 seconds", Duration.ZERO);
        assertThat(gateway.send("snapshot", null).code()).isNull();
        gateway.missesSlot = slot -> {
            letPass(slot);
            gateway.throttle.budget().slowDown();
            return !slot.renew();
        };
        Request refused = gateway.send("snapshot", null);
        assertThat(refused.code()).isEqualTo(ProblemCode.RATE_LIMITED);
        assertThat(refused.problem().retryAfter()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(11));
        assertThat(refused.header("RateLimit")).as("what was granted holds no more").matches("\"account\";r=0;t=[0-9]+");
        assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
    }
}
