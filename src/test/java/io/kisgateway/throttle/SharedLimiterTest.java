package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.throttle.TestGateway.Arrival;
import io.kisgateway.throttle.TestGateway.Request;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three gateways on one real Redis, and what they do when it goes away. */
@Execution(ExecutionMode.CONCURRENT)
class SharedLimiterTest {

    /** A Redis that is alive is not taken for away, however late the machine comes to it. */
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofMinutes(1);

    private final int port = FreePort.next();
    private final Queue<Arrival> arrivals = TestGateway.arrivals();
    private final List<TestGateway> gateways = new ArrayList<>();
    private final Crowd crowd = new Crowd();
    private RedisProcess redis;

    @BeforeEach
    void start() {
        redis = RedisProcess.start(port);
    }

    @AfterEach
    void stop() {
        crowd.end();
        gateways.forEach(TestGateway::close);
        redis.close();
    }

    private void gateways(int n, String limits, String account, Duration wait) throws Exception {
        gateways(n, limits, account, wait, AS_LONG_AS_IT_TAKES);
    }

    private void gateways(int n, String limits, String account, Duration wait, Duration patience) throws Exception {
        for (int i = 0; i < n; i++) {
            // Their clocks are seconds apart, which must not matter.
            gateway(TestGateway.settings(limits, account, wait), patience, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(10L * i)));
        }
        gateways.forEach(g -> await().until(() -> g.send("prices", null).code() == null && !g.throttle.state().degraded()));
        Crowd.run(Duration.ofMillis(1500));
        arrivals.clear();
    }

    private void gateway(ThrottleSettings settings, Duration patience, Clock clock) throws Exception {
        gateways.add(TestGateway.onRedis(settings, RedisAddress.parse("redis://127.0.0.1:" + port), patience, clock, arrivals));
    }

    private TreeMap<Long, Integer> fullWindows() {
        TreeMap<Long, Integer> windows = Crowd.windows(arrivals);
        windows.pollFirstEntry();
        windows.pollLastEntry();
        return windows;
    }

    @Test
    void decidesByItselfWhileRedisIsFrozen() throws Exception {
        gateways(1, "3 per second", "15 per second", Duration.ofSeconds(30), Throttle.REDIS_PATIENCE);
        redis.freeze();
        assertThat(gateways.get(0).send("snapshot", null).code()).as("has its turn").isNull();
        assertThat(gateways.get(0).throttle.state().degraded()).isTrue();
        assertThat(gateways.get(0).send("prices", 0L).reply()).as("the next do not wait for Redis").isDone();
        redis.thaw();
        await().until(() -> !gateways.get(0).throttle.state().degraded());
    }

    @Test
    void sharesEveryWindowExactly() throws Exception {
        gateways(3, "3 per second", "15 per second", Duration.ofSeconds(3));
        crowd.start(gateways, 20, "snapshot");
        Crowd.awaitFullWindows(arrivals, 3, 4);
        crowd.end();
        assertThat(Crowd.windows(arrivals).values()).allMatch(n -> n <= 3);
        assertThat(Crowd.mostInRollingSecond(arrivals)).isLessThanOrEqualTo(6);
    }

    @Test
    @Tag("campaign")
    void keepsTheAccountsRollingSecond() throws Exception {
        gateways(3, "100 per second", "15 per second", Duration.ofSeconds(3));
        crowd.start(gateways, 20, "snapshot");
        Crowd.run(Duration.ofSeconds(4));
        crowd.end();
        assertThat(Crowd.mostInRollingSecond(arrivals)).isLessThanOrEqualTo(15);
        assertThat(arrivals).hasSizeGreaterThan(50);
    }

    /** What each window may hold is held against the limiter in the time of {@link OutageModelTest}; here it is a Redis that is killed. */
    @Test
    void limitsLocallyWhileRedisIsDownAndIsBackWhenItIs() throws Exception {
        gateways(3, "3 per second", "15 per second", Duration.ofSeconds(3));
        crowd.start(gateways, 20, "snapshot");
        awaitServed(6);
        redis.kill();
        await().until(() -> gateways.stream().allMatch(g -> g.throttle.state().degraded()));
        awaitServed(12);
        assertThat(gateways).allMatch(g -> g.throttle.state().degraded());
        // What was promised is over by now, 3 seconds after; each gateway goes on with its share alone.
        long alone = System.currentTimeMillis() / 1000 + 4;
        await().until(() -> System.currentTimeMillis() / 1000 > alone);
        awaitServed(6);
        long back = System.currentTimeMillis() / 1000;
        redis = RedisProcess.start(port);
        // Who has its answer from Redis has told it what it granted by itself.
        gateways.forEach(g -> await().until(() -> g.send("unused", null).code() == null && !g.throttle.state().degraded()));
        long shared = System.currentTimeMillis() / 1000 + 1;
        Crowd.awaitFullWindows(arrivals, 3 + 2, 3, 2);
        crowd.end();
        assertThat(crowd.problems).containsOnlyKeys(ProblemCode.RATE_LIMITED);
        TreeMap<Long, Integer> windows = Crowd.windows(arrivals);
        assertThat(windows.values()).as("at most a share of each other gateway more, as Redis goes and as it comes")
                .allMatch(n -> n <= 3 + 2);
        assertThat(windows.subMap(alone, back).values()).as("each its share, in %s", windows).isNotEmpty().allMatch(n -> n <= 3);
        assertThat(windows.tailMap(shared).values()).as("shared again, in %s", windows).allMatch(n -> n <= 3);
    }

    private void awaitServed(int more) {
        int before = crowd.served.get();
        await().until(() -> crowd.served.get() >= before + more);
    }

    @Test
    @Tag("campaign")
    void aFrozenRedisHoldsNobodyUp() throws Exception {
        gateways(3, "3 per second", "15 per second", Duration.ofSeconds(2));
        redis.freeze();
        crowd.start(gateways, 20, "snapshot");
        Crowd.awaitFullWindows(arrivals, 3, 2);
        assertThat(gateways).allMatch(g -> g.throttle.state().degraded());
        redis.thaw();
        await().until(() -> gateways.stream().noneMatch(g -> g.throttle.state().degraded()));
        Crowd.awaitFullWindows(arrivals, 3, 2);
        crowd.end();
        assertThat(fullWindows().values()).allMatch(n -> n <= 3);
    }

    @Test
    @Tag("campaign")
    void loadsTheScriptAgainAndSurvivesTheLossOfItsBooks() throws Exception {
        gateways(3, "3 per second", "15 per second", Duration.ofSeconds(3));
        crowd.start(gateways, 10, "snapshot");
        Crowd.run(Duration.ofSeconds(2));
        redis.cli(c -> c.getScript().scriptFlush());
        Crowd.run(Duration.ofSeconds(2));
        redis.cli(c -> c.getKeys().flushall());
        Crowd.run(Duration.ofSeconds(2));
        crowd.end();
        assertThat(gateways).noneMatch(g -> g.throttle.state().degraded());
        assertThat(fullWindows().values()).allMatch(n -> n <= 3).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void refusesWhenRedisIsRequired() throws Exception {
        redis.close();
        ThrottleSettings s = TestGateway.settings("3 per second", "15 per second", Duration.ofSeconds(3));
        gateway(new ThrottleSettings(s.limits(), s.kisLimits(), s.ownLimits(), s.rules(), s.maxWait(), s.waitCap(), 100, true, 3, true,
                "t"),
                AS_LONG_AS_IT_TAKES, Clock.systemUTC());
        Request refused = gateways.get(0).send("snapshot", null);
        assertThat(refused.code()).isEqualTo(ProblemCode.LIMITER_UNAVAILABLE);
        redis = RedisProcess.start(port);
        await().until(() -> gateways.get(0).send("prices", null).code() == null);
    }

    @Test
    void startsWithoutRedisAndFindsItLater() throws Exception {
        redis.close();
        gateway(TestGateway.settings("3 per second", "15 per second", Duration.ZERO), AS_LONG_AS_IT_TAKES, Clock.systemUTC());
        assertThat(gateways.get(0).send("snapshot", 30_000L).code()).isNull();
        assertThat(gateways.get(0).throttle.state().degraded()).isTrue();
        redis = RedisProcess.start(port);
        await().until(() -> !gateways.get(0).throttle.state().degraded());
    }

    @Test
    void aSlotGivenBackIsUsedByAnotherGateway() throws Exception {
        gateways(2, "1 per second", "15 per second", Duration.ofSeconds(5));
        TestGateway one = gateways.get(0);
        TestGateway two = gateways.get(1);
        // On a busy machine the next second may be over before the other asks: then once more.
        await().until(() -> {
            arrivals.clear();
            one.send("snapshot", null).answer();
            Request waiting = one.send("snapshot", null);
            await().until(() -> one.throttle.stats().get("snapshot").queueLength() == 1 || waiting.reply().isDone());
            waiting.call().hangUp();
            await().until(() -> waiting.reply().isDone());
            two.send("snapshot", null).answer();
            TreeMap<Long, Integer> windows = Crowd.windows(arrivals);
            assertThat(windows.values()).allMatch(n -> n == 1);
            return arrivals.size() == 2 && windows.lastKey() == windows.firstKey() + 1;
        });
    }
}
