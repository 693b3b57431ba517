package io.kisgateway.throttle;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.throttle.TestGateway.Arrival;
import io.kisgateway.throttle.TestGateway.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The throttle as routes see it: what waits, what goes, what is told, in memory and time that the test keeps. */
class ThrottleProcessorTest {

    private static final Map<String, Object> SAMSUNG = Map.of("stock_code", "005930");

    private final ManualTime time = new ManualTime();
    private final Queue<Arrival> arrivals = TestGateway.arrivals();
    @AutoClose
    private TestGateway gateway;

    private void start(String limits, String account, int waitMillis) throws Exception {
        gateway = TestGateway.inTime(TestGateway.settings(limits, account, Duration.ofMillis(waitMillis)), time, arrivals);
    }

    @Test
    void tenAtOnceAreServedThreeASecondInOrder() throws Exception {
        start("3 per second", "15 per second", 5000);
        List<Request> requests = range(0, 10).mapToObj(i -> gateway.send("snapshot", null)).toList();
        time.advance(3000);
        assertThat(requests).allSatisfy(r -> assertThat(r.code()).isNull());
        assertThat(arrivals.stream().map(a -> (a.number() - 1) / 3)).as("by threes, in order of arrival").isSorted();
        assertThat(arrivals.stream().collect(groupingBy(a -> a.millis() / 1000)).values()).allMatch(w -> w.size() <= 3).hasSize(4);
        assertThat(requests).extracting(Request::tookMillis).containsExactly(0L, 0L, 0L, 1000L, 1000L, 1000L, 2000L, 2000L, 2000L, 3000L);
        assertThat(requests.get(9).call().queueNanos()).isEqualTo(3_000_000_000L);
        assertThat(gateway.throttle.stats().get("snapshot").grantsLastMinute()).isEqualTo(10);
    }

    /** Two requests of twenty pages at one call a second, as in virtual trading, while others poll: nobody is refused. */
    @Test
    void longRequestsEndOneAfterTheOtherAndShutNoOtherEndpointOut() throws Exception {
        start("3 per second", "1 per second", 30_000);
        List<Request> pages = List.of(gateway.send("pages", null), gateway.send("pages", null));
        List<Request> queries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            time.advance(7000);
            queries.add(gateway.send(i % 2 == 0 ? "snapshot" : "prices", null));
        }
        time.advance(25_000);
        assertThat(queries).allSatisfy(query -> assertThat(query.code()).isNull());
        assertThat(queries).extracting(Request::tookMillis).allMatch(took -> took < 15_000);
        assertThat(pages).allSatisfy(request -> assertThat(request.code()).isNull());
        long first = pages.get(0).tookMillis();
        assertThat(first).isLessThan(25_000);
        assertThat(pages.get(1).tookMillis()).as("had not begun before").isBetween(first + 19_000, first + 27_000);
    }

    @Test
    void aPageThatIsRefusedIsToldThatTheAccountIsShort() throws Exception {
        start("3 per second", "1 per second", 2000);
        List<Request> pages = range(0, 6).mapToObj(i -> gateway.send("pages", 10_000L)).toList();
        time.advance(60_000);
        List<Request> refused = pages.stream().filter(request -> request.code() != null).toList();
        assertThat(refused).isNotEmpty().allSatisfy(request -> {
            assertThat(request.code()).isEqualTo(ProblemCode.RATE_LIMITED);
            assertThat(request.header("RateLimit")).startsWith("\"account\";r=0;t=");
            assertThat(request.problem().getMessage()).contains("the account's limit over all endpoints is 1 per second");
        });
    }

    @Test
    void whoHasWaitedGoesOnOnAWorker() throws Exception {
        gateway = TestGateway.inMemory(TestGateway.settings("3 per second", "15 per second", Duration.ofSeconds(30)), arrivals);
        List<Request> requests = range(0, 7).mapToObj(i -> gateway.send("snapshot", null)).toList();
        assertThat(requests).allSatisfy(r -> assertThat(r.code()).isNull());
        assertThat(arrivals).extracting(Arrival::thread).contains("worker").doesNotContain("timer");
    }

    @Test
    void tellsAtOnceWhoWouldHaveToWaitTooLong() throws Exception {
        start("3 per second", "15 per second", 0);
        List<Request> requests = range(0, 4).mapToObj(i -> gateway.send("snapshot", null)).toList();
        Request refused = requests.get(3);
        assertThat(refused.code()).isEqualTo(ProblemCode.RATE_LIMITED);
        assertThat(refused.problem().retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
        assertThat(refused.tookMillis()).isZero();
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"per-second\";q=3;w=1");
        assertThat(refused.header("RateLimit")).isEqualTo("\"per-second\";r=0;t=1");
        assertThat(refused.header("X-RateLimit-Limit")).isEqualTo("3");
        assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(Long.parseLong(refused.header("X-RateLimit-Reset"))).isEqualTo(TestGateway.START / 1000 + 1);
        assertThat(requests.get(0).header("RateLimit")).isEqualTo("\"per-second\";r=2;t=1");
        assertThat(gateway.send("prices", null).code()).as("another endpoint has its own").isNull();
        // In the queue by their own wish.
        Request patient = gateway.send("snapshot", 2000L);
        time.advance(1000);
        assertThat(patient.code()).isNull();
        assertThat(patient.header("Preference-Applied")).isEqualTo("wait=2");
    }

    @Test
    void capsTheWaitThatACallerAsksFor() throws Exception {
        start("1 per hour", "15 per second", 0);
        gateway.send("snapshot", null).answer();
        Request refused = gateway.send("snapshot", 120_000L);
        assertThat(refused.header("Preference-Applied")).isEqualTo("wait=30");
    }

    @Test
    void givesBackTheSlotOfACallerWhoHangsUp() throws Exception {
        start("1 per second", "15 per second", 3000);
        gateway.send("snapshot", null);
        Request second = gateway.send("snapshot", null);
        Request third = gateway.send("snapshot", null);
        second.call().hangUp();
        assertThat(second.code()).isEqualTo(ProblemCode.CALLER_GONE);
        assertThat(second.tookMillis()).isZero();
        time.advance(1000);
        assertThat(third.tookMillis()).as("moved up").isEqualTo(1000);
        assertThat(arrivals).hasSize(2);
        assertThat(gateway.throttle.stats().get("snapshot").queueLength()).isZero();
    }

    @Test
    void aPermitThatNoCallToKisUsedGoesBack() throws Exception {
        start("1 per minute", "15 per second", 0);
        for (int i = 0; i < 5; i++) {
            assertThat(gateway.send("unused", null).code()).isNull();
        }
    }

    @Test
    void nobodyWaitsForAnOpenBreaker() throws Exception {
        start("1 per second", "15 per second", 5000);
        gateway.send("snapshot", null).answer();
        Request waiting = gateway.send("snapshot", null);
        gateway.breaker = Optional.of(Duration.ofSeconds(60));
        gateway.throttle.circuitOpened();
        assertThat(waiting.code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        assertThat(waiting.tookMillis()).isZero();
        Request late = gateway.send("snapshot", null);
        assertThat(late.code()).isEqualTo(ProblemCode.CIRCUIT_OPEN);
        assertThat(late.problem().retryAfter()).isEqualTo(Duration.ofSeconds(60));
        gateway.breaker = Optional.empty();
        Request next = gateway.send("snapshot", null);
        time.advance(1000);
        assertThat(next.tookMillis()).as("its slot came back").isEqualTo(1000);
    }

    @Test
    void identicalQueriesShareOneCall() throws Exception {
        start("3 per second", "15 per second", 5000);
        gateway.kisMillis = 300;
        List<Request> same = range(0, 20).mapToObj(i -> gateway.send("snapshot", null, SAMSUNG)).toList();
        Request other = gateway.send("snapshot", null, Map.of("stock_code", "000660"));
        time.advance(300);
        assertThat(same.stream().map(r -> r.answer().getMessage().getBody())).containsOnly("answer 1");
        assertThat(same).allSatisfy(r -> assertThat(r.code()).isNull());
        assertThat(same).allSatisfy(r -> assertThat(r.header("RateLimit")).isNotNull());
        assertThat(other.answer().getMessage().getBody()).isEqualTo("answer 21");
        assertThat(arrivals).hasSize(2);
        assertThat(gateway.throttle.stats().get("snapshot").coalesced()).isEqualTo(19);
        // Nothing is kept.
        gateway.kisMillis = 0;
        assertThat(gateway.send("snapshot", null, SAMSUNG).answer().getMessage().getBody()).isEqualTo("answer 22");
    }

    @Test
    void aRefusalNamesTheAccountWhereThatIsShortAndSaysThatNothingIsLeft() throws Exception {
        start("3 per second", "1 per second", 0);
        assertThat(gateway.send("snapshot", null).code()).isNull();
        Request refused = gateway.send("prices", null);
        assertThat(refused.code()).isEqualTo(ProblemCode.RATE_LIMITED);
        assertThat(refused.problem().getMessage()).contains("the account's limit over all endpoints is 1 per second");
        assertThat(refused.header("RateLimit")).matches("\"account\";r=0;t=[12]");
        assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(refused.header("X-RateLimit-Limit")).isEqualTo("1");
    }

    @Test
    void aRefusalSaysThatTheAccountIsSlowedDown() throws Exception {
        start("100 per second", "8 per second", 0);
        gateway.throttle.budget().slowDown();
        List<Request> calls = range(0, 8).mapToObj(i -> gateway.send("snapshot", null)).toList();
        List<Request> refused = calls.stream().filter(request -> request.code() != null).toList();
        assertThat(refused).isNotEmpty().allSatisfy(request -> assertThat(request.problem().getMessage())
                .contains(
                        "the account's limit over all endpoints is 8 per second, and less for up to a minute, as KIS said \"too many\"."));
        time.advance(70_000);
        calls = range(0, 12).mapToObj(i -> gateway.send("snapshot", null)).toList();
        assertThat(calls.stream().filter(request -> request.code() != null)).isNotEmpty()
                .allSatisfy(request -> assertThat(request.problem().getMessage()).endsWith("is 8 per second."));
    }

    @Test
    void moreThanAThousandIdenticalQueriesShareAFewCalls() throws Exception {
        start("3 per second", "15 per second", 20_000);
        gateway.kisMillis = 3000;
        List<Request> same = range(0, 2500).mapToObj(i -> gateway.send("snapshot", null, SAMSUNG)).toList();
        time.advance(3000);
        assertThat(same).allSatisfy(r -> assertThat(r.code()).isNull());
        assertThat(arrivals).hasSize(3);
    }

    @Test
    void ordersAreNeverOne() throws Exception {
        start("100 per second", "60 per second", 5000);
        gateway.kisMillis = 100;
        List<Request> orders = range(0, 5).mapToObj(i -> gateway.send("order", null, SAMSUNG)).toList();
        time.advance(100);
        assertThat(orders).allSatisfy(r -> assertThat(r.code()).isNull());
        assertThat(arrivals).hasSize(5);
    }

    @Test
    void followersShareTheFailureOfTheCall() throws Exception {
        start("3 per second", "15 per second", 5000);
        gateway.kisMillis = 200;
        gateway.kisFailure = Problem.of(ProblemCode.KIS_UNAVAILABLE, "away");
        List<Request> same = range(0, 5).mapToObj(i -> gateway.send("snapshot", null, SAMSUNG)).toList();
        time.advance(200);
        assertThat(same).allSatisfy(r -> assertThat(r.code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE));
        assertThat(arrivals).hasSize(1);
    }

    @Test
    void followersKeepThePlaceOfALeaderWhoHangsUp() throws Exception {
        start("1 per second", "15 per second", 5000);
        gateway.send("snapshot", null).answer();
        Request leader = gateway.send("snapshot", null, SAMSUNG);
        Request follower = gateway.send("snapshot", null, SAMSUNG);
        Request behind = gateway.send("snapshot", null);
        leader.call().hangUp();
        assertThat(leader.code()).isEqualTo(ProblemCode.CALLER_GONE);
        time.advance(2000);
        assertThat(follower.answer()).isNotNull();
        assertThat(behind.answer()).isNotNull();
        assertThat(arrivals.stream().map(Arrival::number)).containsExactly(1, follower.number(), behind.number());
        assertThat(Crowd.windows(arrivals).values()).as("of each second").containsExactly(1, 1, 1);
    }

    @Test
    void eachFollowerHasTheirOwnPatience() throws Exception {
        start("1 per second", "15 per second", 5000);
        gateway.send("snapshot", null).answer();
        Request impatient = gateway.send("snapshot", 0L, SAMSUNG);
        Request leader = gateway.send("snapshot", null, SAMSUNG);
        Request follower = gateway.send("snapshot", 0L, SAMSUNG);
        assertThat(impatient.code()).isEqualTo(ProblemCode.RATE_LIMITED);
        assertThat(follower.code()).isEqualTo(ProblemCode.RATE_LIMITED);
        assertThat(follower.tookMillis()).isZero();
        time.advance(1000);
        assertThat(leader.code()).isNull();
    }

    @Test
    void anOrderOvertakesQueriesWhenTheAccountIsShort() throws Exception {
        start("100 per second", "1 per second", 10_000);
        List<Request> queries = range(0, 4).mapToObj(i -> gateway.send("snapshot", null)).toList();
        Request order = gateway.send("order", null);
        time.advance(10_000);
        assertThat(queries).allSatisfy(r -> assertThat(r.code()).isNull());
        assertThat(order.code()).isNull();
        assertThat(arrivals.stream().map(Arrival::number)).containsExactly(1, order.number(), 2, 3, 4);
        List<Long> times = arrivals.stream().map(Arrival::millis).toList();
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void theQueueIsBounded() throws Exception {
        ThrottleSettings s = TestGateway.settings("1 per second", "15 per second", Duration.ofSeconds(30));
        gateway = TestGateway
                .inTime(new ThrottleSettings(s.limits(), s.kisLimits(), s.ownLimits(), s.rules(), s.maxWait(), s.waitCap(), 5, false,
                        3, false, "t"), time, arrivals);
        List<Request> requests = range(0, 8).mapToObj(i -> gateway.send("snapshot", null)).toList();
        assertThat(requests.get(7).code()).isEqualTo(ProblemCode.RATE_LIMITED);
        assertThat(gateway.throttle.stats().get("snapshot").queueLength()).isEqualTo(5);
    }

    @Test
    void limitsChangeWhileRunning() throws Exception {
        start("1 per minute", "15 per second", 0);
        gateway.send("snapshot", null).answer();
        assertThat(gateway.send("snapshot", null).code()).isEqualTo(ProblemCode.RATE_LIMITED);
        gateway.throttle.changeLimit("snapshot", RateLimits.parse("5 per minute"));
        Request now = gateway.send("snapshot", null);
        assertThat(now.code()).isNull();
        assertThat(now.header("RateLimit-Policy")).isEqualTo("\"per-minute\";q=5;w=60");
    }

    @Test
    void aSlowDownIsForEveryCall() throws Exception {
        start("100 per second", "10 per second", 0);
        gateway.throttle.budget().slowDown();
        List<Request> requests = range(0, 10).mapToObj(i -> gateway.send("snapshot", null)).toList();
        assertThat(requests.stream().filter(r -> r.code() == null)).hasSize(5);
        assertThat(gateway.throttle.state().accountPacing()).isEqualTo(0.5);
    }
}
