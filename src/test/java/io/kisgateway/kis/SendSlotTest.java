package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.StubKis.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A call leaves on its slot, or takes another. */
class SendSlotTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);

    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicInteger renewed = new AtomicInteger();
    private final AtomicInteger missed = new AtomicInteger();
    private final AtomicInteger unused = new AtomicInteger();
    @AutoClose
    private final StubKis kis = new StubKis();

    /** The first slots of a call are over before it can leave. */
    private Fixture gateway(int late) {
        return new Fixture(kis.url(), options -> options.budgetStep = exchange -> slot(exchange, late));
    }

    private void slot(Exchange exchange, int late) {
        boolean over = slots.incrementAndGet() <= late;
        new TestSlot(over ? Next.LATER : Next.AT_ONCE, over ? 1 : 0).attachTo(exchange);
    }

    private enum Next { AT_ONCE, LATER, NEVER }

    /** Over as often as it says, and then not. */
    private final class TestSlot implements SendSlot {

        private final Next next;
        private int over;

        TestSlot(Next next, int over) {
            this.next = next;
            this.over = over;
        }

        @Override
        public boolean isOver(long nanoTime) {
            return over-- > 0;
        }

        @Override
        public boolean renew() {
            renewed.incrementAndGet();
            if (next == Next.NEVER) {
                throw Problem.of(ProblemCode.RATE_LIMITED, "no second slot");
            }
            return next == Next.AT_ONCE;
        }

        @Override
        public void missed() {
            missed.incrementAndGet();
        }

        @Override
        public void unused() {
            unused.incrementAndGet();
        }
    }

    /** It has not left and will not, so its permit is of use to others. The breaker opens while the call waits for the slot. */
    @Test
    void aCallThatTheBreakerRefusesGivesItsSlotBackOnce() {
        AtomicReference<Fixture> opened = new AtomicReference<>();
        try (Fixture gateway = new Fixture(kis.url(), options -> options.budgetStep = exchange -> {
            slot(exchange, 0);
            opened.get().breaker.forceOpen();
        })) {
            opened.set(gateway);
            assertThat(gateway.order("direct:trading-buy", STOCK).problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
            assertThat(slots).hasValue(1);
            assertThat(unused).hasValue(1);
            assertThat(missed).hasValue(0);
            assertThat(kis.requests()).isEmpty();
        }
    }

    @Test
    void aCallForWhichThereIsNoTokenGivesItsSlotBack() {
        kis.token(request -> StubKis.error(403, "1", "EGW00133"));
        try (Fixture gateway = gateway(0)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(gateway.send("direct:stock-snapshot", STOCK).problem().code()).isEqualTo(ProblemCode.KIS_THROTTLED);
                assertThat(unused).hasValue(i);
            }
            assertThat(kis.requests()).isEmpty();
        }
    }

    @Test
    void aCallThatLeftKeepsItsSlotWhateverBecameOfIt() {
        try (Fixture gateway = gateway(0)) {
            kis.reply(request -> Answer.json(500, ""));
            assertThat(gateway.order("direct:trading-buy", STOCK).problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
            assertThat(slots).hasValue(1);
            assertThat(unused).hasValue(0);
        }
    }

    @Test
    void aCallInTimeLeaves() {
        try (Fixture gateway = gateway(0)) {
            assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).isNotNull();
            assertThat(kis.requests()).hasSize(1);
            assertThat(renewed).hasValue(0);
        }
    }

    @Test
    void aTurnThatIsOverIsRenewedWhereTheCallLeaves() {
        try (Fixture gateway = new Fixture(kis.url(),
                options -> options.budgetStep = exchange -> new TestSlot(Next.AT_ONCE, 2).attachTo(exchange))) {
            assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).isNotNull();
            assertThat(kis.requests()).hasSize(1);
            assertThat(renewed).hasValue(2);
            assertThat(missed).hasValue(0);
        }
    }

    @Test
    void aCallThatMustWaitForItsNextTurnGoesOnTheSameConnection() {
        try (Fixture gateway = gateway(2)) {
            Result result = gateway.send("direct:stock-snapshot", STOCK);
            assertThat(result.reply()).isNotNull();
            assertThat(kis.requests()).hasSize(1);
            assertThat(slots).hasValue(3);
            assertThat(missed).hasValue(2);
            assertThat(kis.connections()).as("token and calls").isEqualTo(1);
            assertThat(gateway.breaker.getFailCounter()).isZero();
        }
    }

    @Test
    void whoeverIsAlwaysTooSlowGetsThroughAllTheSame() {
        try (Fixture gateway = new Fixture(kis.url(),
                options -> options.budgetStep = exchange -> new TestSlot(Next.AT_ONCE, Integer.MAX_VALUE).attachTo(exchange))) {
            assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).isNotNull();
            assertThat(kis.requests()).hasSize(1);
            assertThat(renewed).hasValue(SendSlot.MOST_RENEWALS);
        }
    }

    @Test
    void anOrderThatMissedItsTurnHasNotBeenSent() {
        kis.reply(request -> Answer.json(200, StubKis.ORDERED));
        try (Fixture gateway = new Fixture(kis.url(),
                options -> options.budgetStep = exchange -> new TestSlot(Next.NEVER, 1).attachTo(exchange))) {
            Result result = gateway.order("direct:trading-buy", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.RATE_LIMITED);
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
            assertThat(kis.requests()).isEmpty();
            assertThat(gateway.breaker.getFailCounter()).isZero();
        }
    }

    @Test
    void anOrderThatMissedItsTurnIsSentOnce() {
        kis.reply(request -> Answer.json(200, StubKis.ORDERED));
        try (Fixture gateway = gateway(2)) {
            Result result = gateway.order("direct:trading-buy", STOCK);
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.PLACED);
            assertThat(kis.requests()).hasSize(1);
        }
    }

    @Test
    void aTokenIsAskedForOnItsTurnToo() {
        try (Fixture gateway = new Fixture(kis.url(),
                options -> options.tokenSlot = () -> new TestSlot(Next.LATER, slots.incrementAndGet() == 1 ? 1 : 0))) {
            assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).isNotNull();
            assertThat(kis.tokenRequests()).hasSize(1);
            assertThat(slots).hasValue(2);
            assertThat(missed).hasValue(1);
        }
    }

    /** To connect takes longer than a slot, over TLS for instance: an order on a new connection would never be in time. */
    @Test
    void theConnectionOfAnOrderThatMissedItsTurnIsThereForTheNext() throws IOException {
        try (RawKis raw = new RawKis(); Fixture gateway = new Fixture(raw.url(),
                options -> options.budgetStep = exchange -> slot(exchange, 2))) {
            Result first = gateway.order("direct:trading-buy", STOCK);
            assertThat(first.call().orderFate()).isEqualTo(OrderFate.PLACED);
            assertThat(missed).hasValue(2);
            assertThat(raw.connections()).as("one for the token, one for the order").isEqualTo(2);
            gateway.order("direct:trading-buy", STOCK);
            assertThat(raw.connections()).as("what has carried an order carries no other").isEqualTo(3);
            assertThat(raw.requests()).extracting(RawKis.Request::connection).containsExactly(2, 3);
        }
    }
}
