package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Turn;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.StubKis.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call leaves on its turn, or takes another. */
class TurnTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger missed = new AtomicInteger();
    private StubKis kis;

    @BeforeEach
    void start() {
        kis = new StubKis();
    }

    @AfterEach
    void stop() {
        kis.close();
    }

    /** The first turns of a call are over before it can leave. */
    private Fixture gateway(int late) {
        return new Fixture(kis.url(), Routes.ALL, options -> options.budgetStep = exchange -> turn(exchange, late));
    }

    private void turn(Exchange exchange, int late) {
        long until = turns.incrementAndGet() > late ? HOUR_NANOS : -1;
        new Turn(System.nanoTime() + until, missed::incrementAndGet).attachTo(exchange);
    }

    @Test
    void aCallInTimeLeaves() {
        try (Fixture gateway = gateway(0)) {
            assertThat(gateway.send("direct:price", STOCK).reply()).isNotNull();
            assertThat(kis.requests()).hasSize(1);
            assertThat(missed).hasValue(0);
        }
    }

    @Test
    void aCallThatMissesItsTurnTakesAnotherOnTheSameConnection() {
        try (Fixture gateway = gateway(2)) {
            Result result = gateway.send("direct:price", STOCK);
            assertThat(result.reply()).isNotNull();
            assertThat(kis.requests()).hasSize(1);
            assertThat(turns).hasValue(3);
            assertThat(missed).hasValue(2);
            assertThat(kis.connections()).as("token and calls").isEqualTo(1);
            assertThat(gateway.breaker.getFailCounter()).isZero();
        }
    }

    @Test
    void whoeverIsAlwaysTooSlowGetsThroughAllTheSame() {
        try (Fixture gateway = gateway(100)) {
            assertThat(gateway.send("direct:price", STOCK).reply()).isNotNull();
            assertThat(kis.requests()).hasSize(1);
            assertThat(turns).hasValue(Repeats.MISSED_TURNS + 1);
        }
    }

    @Test
    void anOrderThatMissedItsTurnHasNotBeenSent() {
        kis.reply(request -> Answer.json(200, StubKis.ORDERED));
        try (Fixture gateway = new Fixture(kis.url(), Routes.ALL, options -> options.budgetStep = exchange -> {
            if (turns.get() > 0) {
                throw Problem.of(ProblemCode.RATE_LIMITED, "no second turn");
            }
            turn(exchange, 1);
        })) {
            Result result = gateway.order("direct:buy", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.RATE_LIMITED);
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
            assertThat(kis.requests()).isEmpty();
        }
    }

    @Test
    void anOrderThatMissedItsTurnIsSentOnce() {
        kis.reply(request -> Answer.json(200, StubKis.ORDERED));
        try (Fixture gateway = gateway(2)) {
            Result result = gateway.order("direct:buy", STOCK);
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.PLACED);
            assertThat(kis.requests()).hasSize(1);
        }
    }

    /** To connect takes longer than a turn, over TLS for instance: an order on a new connection would never be in time. */
    @Test
    void theConnectionOfAnOrderThatMissedItsTurnIsThereForTheNext() throws IOException {
        try (RawKis raw = new RawKis(); Fixture gateway = new Fixture(raw.url(), Routes.ALL,
                options -> options.budgetStep = exchange -> turn(exchange, 2))) {
            Result first = gateway.order("direct:buy", STOCK);
            assertThat(first.call().orderFate()).isEqualTo(OrderFate.PLACED);
            assertThat(missed).hasValue(2);
            assertThat(raw.connections()).as("one for the token, one for the order").isEqualTo(2);
            gateway.order("direct:buy", STOCK);
            assertThat(raw.connections()).as("what has carried an order carries no other").isEqualTo(3);
            assertThat(raw.requests()).extracting(RawKis.Request::connection).containsExactly(2, 3);
        }
    }
}
