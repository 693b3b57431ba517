package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The breaker as the route to KIS uses it. An order is one request, so that each call here counts once. */
@Execution(ExecutionMode.CONCURRENT)
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
            Patience.await(release);
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
        await().until(() -> results.stream().filter(Future::isDone).count() == 49);
        release.countDown();
        int through = 0;
        for (Future<Result> result : results) {
            Result ended = Patience.result(result);
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
        gateway.close();
        gateway = new Fixture(kis.url(), options -> options.jmx = true);
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
    void aQueryCountsOnceHoweverOftenItIsRepeated() {
        gateway.send("direct:stock-snapshot", ORDER).reply();
        kis.reply(request -> FAILED);
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.breaker.getFailCounter()).isEqualTo(i);
            assertThat(gateway.send("direct:stock-snapshot", ORDER).problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
        }
        assertThat(kis.requests()).hasSize(61);
        assertThat(gateway.send("direct:stock-snapshot", ORDER).problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        assertThat(kis.requests()).hasSize(61);
    }

    @Test
    void aQueryWhoseRepeatSucceedsIsNoFailure() {
        fail(19);
        kis.replies(FAILED, FAILED, Answer.json(200, StubKis.OK));
        gateway.send("direct:stock-snapshot", ORDER).reply();
        assertThat(gateway.breaker.getFailCounter()).isZero();
        assertThat(gateway.breaker.getTrips()).isZero();
    }

    static Stream<Answer> noSuchOperation() {
        return Stream.of(Answer.json(404, ""), Answer.json(404, "<html>Not Found</html>"), Answer.json(405, ""),
                StubKis.error(404, "1", "EGW99999"), StubKis.error(500, "1", "EGW00202"), StubKis.error(500, "1", "MCA00124"),
                StubKis.error(200, "1", "MCA00124"),
                StubKis.error(200, "1", "OPSQ0002"));
    }

    @ParameterizedTest
    @MethodSource("noSuchOperation")
    void anOperationThatHasNeverWorkedIsTheRoutesFaultAndNeverCounts(Answer refusal) {
        kis.reply(request -> refusal);
        for (int i = 0; i < 25; i++) {
            Problem problem = gateway.send("direct:stock-snapshot", ORDER).problem();
            assertThat(problem.code()).isEqualTo(ProblemCode.KIS_OPERATION_UNKNOWN);
            assertThat(problem.getMessage()).contains("/uapi/domestic-stock/v1/quotations/inquire-price", "FHKST01010100");
        }
        assertThat(gateway.breaker.getFailCounter()).isZero();
        assertThat(gateway.breaker.getState()).isEqualTo("closed");
        assertThat(gateway.caller.unknownOperations())
                .containsOnlyKeys("/uapi/domestic-stock/v1/quotations/inquire-price FHKST01010100");

        kis.reply(request -> Answer.json(200, StubKis.OK));
        gateway.send("direct:stock-snapshot", ORDER).reply();
        assertThat(gateway.caller.unknownOperations()).isEmpty();
        kis.reply(request -> refusal);
        assertThat(gateway.send("direct:stock-snapshot", ORDER).problem().code()).as("it has worked: KIS's fault")
                .isNotEqualTo(ProblemCode.KIS_OPERATION_UNKNOWN);
    }

    @Test
    void tooManyFromAFrontEndIsWaitedForAndNoFailure() {
        for (Answer slow : List.of(Answer.json(429, "").header("Retry-After", "3"), Answer.json(503, "").header("Retry-After", "3"),
                Answer.json(429, "<html>slow down</html>").header("Retry-After", "3"))) {
            gateway.waits.clear();
            gateway.throttled.set(0);
            kis.replies(slow, Answer.json(200, StubKis.OK));
            gateway.send("direct:stock-snapshot", ORDER).reply();
            assertThat(gateway.waits).singleElement().satisfies(wait -> assertThat(wait).isGreaterThanOrEqualTo(Duration.ofSeconds(3)));
            assertThat(gateway.throttled).hasValue(1);
            kis.reply(request -> slow.header("Retry-After", "30"));
            Problem told = gateway.send("direct:stock-snapshot", ORDER).problem();
            assertThat(told.code()).isEqualTo(ProblemCode.KIS_THROTTLED);
            assertThat(told.retryAfter()).isEqualTo(Duration.ofSeconds(30));
            Result order = order();
            assertThat(order.problem().code()).as("a front end says nothing of what is behind it").isEqualTo(ProblemCode.KIS_TIMEOUT);
        }
        // A moment, of the front end's own clock, that is further ahead than is believed.
        kis.reply(request -> Answer.json(429, "").header("Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT"));
        assertThat(gateway.send("direct:stock-snapshot", ORDER).problem().retryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(gateway.breaker.getFailCounter()).isZero();
        kis.reply(request -> Answer.json(503, "<html>maintenance</html>").header("Retry-After", "3"));
        assertThat(order().problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(1);
    }

    @Test
    void itClosesThoughTheTrialTakesLongerThanTheBreakerWaits() throws Exception {
        try (Fixture hasty = new Fixture(kis.url(), options -> {
            options.resetTimeout = Duration.ofMillis(100);
            options.failMax = 1;
        })) {
            kis.reply(request -> FAILED);
            hasty.order("direct:trading-buy", ORDER);
            assertThat(hasty.breaker.getState()).isEqualTo("open");
            hasty.clock.advance(Duration.ofMillis(101));
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            kis.reply(request -> {
                asked.countDown();
                return awaited(release);
            });
            ExecutorService caller = Executors.newSingleThreadExecutor();
            Future<Result> trial = caller.submit(() -> hasty.order("direct:trading-buy", ORDER));
            Patience.await(asked);
            hasty.clock.advance(Duration.ofSeconds(5));
            // Resilience4j's own scheduler goes by real time: this is ten times the time that the breaker waits.
            assertThat(new CountDownLatch(1).await(1, TimeUnit.SECONDS)).isFalse();
            assertThat(hasty.breaker.getState()).isEqualTo("half-open");
            release.countDown();
            assertThat(Patience.result(trial).reply()).isNotNull();
            assertThat(hasty.breaker.getState()).isEqualTo("closed");
            assertThat(hasty.breaker.getTrips()).isEqualTo(1);
            caller.shutdownNow();
        }
    }

    private static Answer awaited(CountDownLatch release) {
        Patience.await(release);
        return ORDERED;
    }

    @Test
    void whileATrialIsOutNobodyWaitsForAPermit() throws Exception {
        fail(20);
        gateway.clock.advance(HELD_BACK);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        kis.reply(request -> {
            asked.countDown();
            return awaited(release);
        });
        ExecutorService caller = Executors.newSingleThreadExecutor();
        Future<Result> trial = caller.submit(this::order);
        Patience.await(asked);
        int budget = gateway.budget.size();
        assertThat(gateway.breaker.refusesFor()).as("what the throttle asks before anyone waits").contains(Duration.ofSeconds(1));
        assertThat(order().problem().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(gateway.budget).hasSize(budget);
        release.countDown();
        Patience.result(trial).reply();
        assertThat(gateway.breaker.refusesFor()).isEmpty();
        caller.shutdownNow();
    }

    @Test
    void aFailedTrialIsNotRepeated() {
        fail(20);
        gateway.clock.advance(HELD_BACK);
        int before = kis.requests().size();
        assertThat(gateway.send("direct:stock-snapshot", ORDER).problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        assertThat(kis.requests()).hasSize(before + 1);
        assertThat(gateway.breaker.getState()).isEqualTo("open");
    }

    @Test
    void aLookupPassesAnOpenBreakerAndSaysNothingToIt() {
        fail(19);
        kis.reply(request -> Answer.json(200, StubKis.OK));
        gateway.lookUp("direct:stock-snapshot", ORDER).reply();
        assertThat(gateway.breaker.getFailCounter()).as("its success ends no run").isEqualTo(19);
        fail(1);
        assertThat(gateway.breaker.getState()).isEqualTo("open");
        kis.reply(request -> FAILED);
        assertThat(gateway.lookUp("direct:stock-snapshot", ORDER).problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
        assertThat(gateway.breaker.getFailCounter()).isEqualTo(20);
        kis.reply(request -> Answer.json(200, StubKis.OK));
        gateway.lookUp("direct:stock-snapshot", ORDER).reply();
        assertThat(gateway.breaker.getState()).isEqualTo("open");
        gateway.breaker.forceOpen();
        assertThat(gateway.lookUp("direct:stock-snapshot", ORDER).problem().code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
    }
}
