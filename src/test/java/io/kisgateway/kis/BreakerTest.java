package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.StubKis.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The breaker as the route to KIS uses it. An order is one request, so that each call here counts once. */
class BreakerTest {

    private static final Map<String, Object> ORDER = Map.of("stock_code", "005930", "quantity", 1);
    private static final Answer FAILED = Answer.json(500, "");
    private static final Answer ORDERED = Answer.json(200, StubKis.ORDERED);

    private static final Duration HELD_BACK = Duration.ofSeconds(60).plusMillis(1);

    private final List<String> states = new ArrayList<>();
    private StubKis kis;
    private Fixture gateway;

    @BeforeEach
    void start() {
        kis = new StubKis();
        gateway = new Fixture(kis.url(), options -> options.hurry = true);
        gateway.breaker.onStateChange(states::add);
    }

    @AfterEach
    void stop() {
        gateway.close();
        kis.close();
    }

    private Result order() {
        return gateway.order("direct:trading-buy", ORDER);
    }

    private void fail(int times) {
        kis.reply(request -> FAILED);
        for (int i = 0; i < times; i++) {
            assertThat(order().problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        }
    }

    @Test
    void nineteenFailuresDoNotOpenItAndTwentyDo() {
        fail(19);
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(19);
        assertThat(gateway.breaker.refusesFor()).isEmpty();
        fail(1);
        assertThat(gateway.breaker.getState()).isEqualTo("open");
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(20);
        assertThat(gateway.breaker.getTrips()).isEqualTo(1);
        assertThat(states).containsExactly("open");
        assertThat(kis.requests()).hasSize(20);
    }

    @Test
    void successStartsTheCountAnew() {
        fail(19);
        kis.reply(request -> ORDERED);
        assertThat(order().call().orderFate()).isEqualTo(OrderFate.PLACED);
        assertThat(gateway.breaker.getFailCounter()).isZero();
        fail(19);
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
        fail(1);
        assertThat(gateway.breaker.getState()).isEqualTo("open");
    }

    @Test
    void aCallIsRefusedAtOnceWhileItIsOpenAndCostsNothing() {
        fail(20);
        gateway.clock.advance(Duration.ofSeconds(18));
        int requests = kis.requests().size();
        int budget = gateway.budget.size();
        Result result = order();
        assertThat(result.problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        assertThat(result.problem().retryAfter()).isEqualTo(Duration.ofSeconds(42).plusMillis(1));
        assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
        assertThat(result.body()).isNull();
        assertThat(kis.requests()).hasSize(requests);
        assertThat(gateway.budget).hasSize(budget);
        assertThat(gateway.breaker.refusesFor()).contains(Duration.ofSeconds(42).plusMillis(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EGW00201", "EGW00103", "APBK0918", "OPSQ2001", "40580000"})
    void whatIsNoFailureOfKisNeitherCountsNorEndsTheRun(String code) {
        fail(10);
        kis.reply(request -> StubKis.error(code.startsWith("EGW") ? 500 : 200, "1", code));
        for (int i = 0; i < 25; i++) {
            order();
        }
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(10);
        fail(10);
        assertThat(gateway.breaker.getState()).isEqualTo("open");
    }

    @Test
    void aFaultOfTheRouteNeitherCountsNorEndsTheRun() {
        fail(19);
        Result result = gateway.order("direct:trading-buy", Map.of("stock_code", "005930"));
        assertThat(result.failure()).isNotNull();
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(19);
    }

    @Test
    void afterTheTimeOneSuccessClosesIt() {
        fail(20);
        gateway.clock.advance(HELD_BACK);
        assertThat(gateway.breaker.refusesFor()).isEmpty();
        kis.reply(request -> ORDERED);
        assertThat(order().reply()).isNotNull();
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
        assertThat(gateway.breaker.getFailCounter()).isZero();
        assertThat(states).containsExactly("open", "half-open", "closed");
        fail(19);
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
    }

    @Test
    void afterTheTimeOneFailureOpensItAgain() {
        fail(20);
        gateway.clock.advance(HELD_BACK);
        fail(1);
        assertThat(gateway.breaker.getState()).isEqualTo("open");
        assertThat(gateway.breaker.refusesFor()).contains(HELD_BACK);
        assertThat(gateway.breaker.getTrips()).isEqualTo(2);
        assertThat(order().problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        gateway.clock.advance(HELD_BACK);
        kis.reply(request -> ORDERED);
        assertThat(order().reply()).isNotNull();
    }

    @Test
    void aTrialThatSaysNothingLeavesTheNextCallToDecide() {
        fail(20);
        gateway.clock.advance(HELD_BACK);
        kis.reply(request -> StubKis.error(200, "7", "APBK0918"));
        for (int i = 0; i < 5; i++) {
            assertThat(order().problem().code()).isEqualTo(ProblemCode.KIS_REJECTED);
            assertThat(gateway.breaker.getState()).isEqualTo("half-open");
        }
        kis.reply(request -> ORDERED);
        assertThat(order().reply()).isNotNull();
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
    }

    @Test
    void exactlyOneOfFiftyConcurrentCallersIsTheTrial() throws Exception {
        fail(20);
        int before = kis.requests().size();
        gateway.clock.advance(HELD_BACK);
        CountDownLatch release = new CountDownLatch(1);
        kis.reply(request -> {
            try {
                release.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ORDERED;
        });
        ExecutorService callers = Executors.newFixedThreadPool(50);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Result>> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            results.add(callers.submit(() -> {
                start.await();
                return gateway.send("direct:stock-snapshot", ORDER);
            }));
        }
        start.countDown();
        await().atMost(Duration.ofSeconds(8)).until(() -> results.stream().filter(Future::isDone).count() == 49);
        release.countDown();
        int through = 0;
        for (Future<Result> result : results) {
            Result ended = result.get(10, TimeUnit.SECONDS);
            if (ended.failure() == null || ended.problem().code() != ProblemCode.CIRCUIT_OPEN) {
                through++;
            } else {
                assertThat(ended.problem().retryAfter()).isPositive();
            }
        }
        callers.shutdownNow();
        assertThat(through).isEqualTo(1);
        assertThat(kis.requests()).hasSize(before + 1);
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
    }

    @Test
    void anOperatorForcesItOpenAndResetsIt() {
        kis.reply(request -> ORDERED);
        gateway.breaker.forceOpen();
        assertThat(gateway.breaker.getState()).isEqualTo("forced-open");
        assertThat(gateway.breaker.refusesFor()).contains(Duration.ofSeconds(60));
        gateway.clock.advance(Duration.ofHours(1));
        assertThat(order().problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        gateway.breaker.reset();
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
        assertThat(order().reply()).isNotNull();
        assertThat(states).containsExactly("forced-open", "closed");

        fail(20);
        gateway.breaker.reset();
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
        assertThat(gateway.breaker.getFailCounter()).isZero();
        fail(19);
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
    }

    @Test
    void anOperatorSeesAndTurnsItOverJmx() throws Exception {
        ObjectName name = new ObjectName("io.kisgateway:type=CircuitBreaker,name=kis");
        gateway.context.getManagementStrategy().getManagementAgent().register(gateway.breaker, name);
        MBeanServer server = gateway.context.getManagementStrategy().getManagementAgent().getMBeanServer();
        fail(3);
        assertThat(server.getAttribute(name, "State")).isEqualTo("closed");
        assertThat(server.getAttribute(name, "FailCounter")).isEqualTo(3);
        assertThat(server.getAttribute(name, "FailMax")).isEqualTo(20);
        assertThat(server.getAttribute(name, "ResetTimeout")).isEqualTo(60L);
        server.invoke(name, "forceOpen", null, null);
        assertThat(server.getAttribute(name, "State")).isEqualTo("forced-open");
        server.invoke(name, "reset", null, null);
        assertThat(server.getAttribute(name, "State")).isEqualTo("closed");
        assertThat(server.getAttribute(name, "FailCounter")).isEqualTo(0);
        gateway.context.getManagementStrategy().getManagementAgent().unregister(name);
    }

    @Test
    void aDeadTokenEndpointCountsOnceForEachAskingAndOpensNothingForThoseWhoWait() {
        kis.token(request -> Answer.json(500, ""));
        for (int i = 0; i < 30; i++) {
            Result result = order();
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
            assertThat(result.problem().retryAfter()).isPositive();
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
        }
        assertThat(kis.tokenRequests()).hasSize(1);
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(1);
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
    }

    @Test
    void theRouteNeverAnswersWithItsOwnRequestWhenTheBreakerRefuses() {
        gateway.breaker.forceOpen();
        Result result = gateway.send("direct:kis", Map.of());
        assertThat(result.failure()).isInstanceOf(CallNotPermittedException.class);
    }

    @Test
    void repeatsOfAQueryCountEach() {
        kis.reply(request -> FAILED);
        for (int i = 0; i < 6; i++) {
            gateway.send("direct:stock-snapshot", ORDER);
        }
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(18);
        assertThat(gateway.send("direct:stock-snapshot", ORDER).problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        assertThat(kis.requests()).hasSize(20);
    }
}
