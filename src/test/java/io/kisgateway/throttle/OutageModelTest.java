package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.ProblemCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gateways that share limits through a real Redis, in time that the test keeps, against a plain model: whatever outages
 * and restarts there are, a window holds no more than its limit while Redis answers, no more than each gateway's share on
 * top if there was an outage, and all of it again three seconds after.
 */
class OutageModelTest {

    private static final long START = TestGateway.START;
    private static PatientRedis redis;

    private final ManualTime time = new ManualTime();
    private final List<Gateway> gateways = new ArrayList<>();
    private Random random;
    private RateLimit limit;
    /** So high that it is not counted. */
    private RateLimit account = new RateLimit(1000, 1000);
    private boolean redisAnswers = true;
    private long redisClockAhead;
    private String scope;
    /** For each window how many went. */
    private final TreeMap<Long, Integer> went = new TreeMap<>();

    @BeforeAll
    static void start() {
        redis = new PatientRedis();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private long now() {
        return START + time.nanoTime() / 1_000_000;
    }

    /** A gateway's queue and limiter. */
    private final class Gateway {
        final SharedLimiter limiter;
        final PermitQueue queue;
        boolean connected = true;
        private final Queue<Runnable> stalled = new ArrayDeque<>();

        Gateway(int instances) {
            ThrottleSettings settings =
                    new ThrottleSettings(RateLimits.parse(limit.toString()), RateLimits.NONE, Map.of(), new LimiterRules(account, 30, 0),
                            Duration.ZERO, Duration.ZERO, 1000, false, instances, false, scope);
            limiter =
                    new SharedLimiter(settings,
                            new RedisReservations(this::run, () -> now() + redisClockAhead, settings.rules(), "t:", scope),
                            "redis", gateways.size(), Throttle.REDIS_PATIENCE, time, START, time::nanoTime);
            queue = new PermitQueue(limiter, Optional::empty, time::nanoTime, time, Runnable::run,
                    new EndpointCounters(OutageModelTest.this::now), new QueryTurns(1000, () -> 1), 1000);
            limiter.onReturn(queue::ask);
        }

        private CompletionStage<List<Long>> run(String script, List<String> keys, List<?> args) {
            if (redisAnswers && connected) {
                return redis.run(script, keys, args);
            }
            CompletableFuture<List<Long>> answer = new CompletableFuture<>();
            stalled.add(() -> {
                String late = args.get(0).toString().replaceFirst("\\d+", Long.toString(now() + redisClockAhead));
                answer.complete(redis.run(script, keys, List.of(late)).toCompletableFuture().join());
            });
            return answer;
        }

        /** Nothing moves on its way to Redis for so long, and then all that was sent meanwhile. */
        void stalls(long millis) {
            connected = false;
            time.advance(millis);
            connected = true;
            List<Runnable> late = List.copyOf(stalled);
            stalled.clear();
            late.forEach(Runnable::run);
        }

        /** A caller who waits for so long at most. */
        void comes(long patienceMillis) {
            Waiter waiter = waiter(patienceMillis);
            Outcome outcome = queue.enter(waiter);
            if (outcome != null) {
                waiter.done(outcome);
            }
        }

        private Waiter waiter(long patienceMillis) {
            return new Waiter(new Ask("e", RateLimits.parse(limit.toString()), patienceMillis, Rank.QUERY),
                    PermitClient.NONE, time.nanoTime()) {
                @Override
                void done(Outcome outcome) {
                    if (outcome instanceof Outcome.Granted) {
                        went.merge(now() / limit.windowMillis(), 1, Integer::sum);
                    }
                }
            };
        }

        /** Calls again as soon as it is answered, or a little after a refusal. */
        void loops(long patienceMillis) {
            Waiter waiter = new Waiter(new Ask("e", RateLimits.parse(limit.toString()), patienceMillis, Rank.QUERY),
                    PermitClient.NONE, time.nanoTime()) {
                @Override
                void done(Outcome outcome) {
                    boolean granted = outcome instanceof Outcome.Granted;
                    if (granted) {
                        went.merge(now() / limit.windowMillis(), 1, Integer::sum);
                    }
                    var unused = time.schedule(() -> loops(patienceMillis), granted ? 1 : 20, TimeUnit.MILLISECONDS);
                }
            };
            Outcome outcome = queue.enter(waiter);
            if (outcome != null) {
                waiter.done(outcome);
            }
        }

        Decision asks(Ask ask) {
            CompletableFuture<Decision> answer = limiter.ask(ask).toCompletableFuture();
            for (int i = 0; i < 15 && !answer.isDone(); i++) {
                time.advance(10);
            }
            return answer.join();
        }

        /** @return whether one got a permit who does not wait */
        boolean call() {
            int before = went.values().stream().mapToInt(n -> n).sum();
            comes(0);
            for (int i = 0; i < 13; i++) {
                time.advance(10);
            }
            return went.values().stream().mapToInt(n -> n).sum() > before;
        }
    }

    private void begin(long seed, String text, int running, int instances) {
        random = new Random(seed);
        limit = RateLimits.parse(text).all().get(0);
        scope = "outage-" + seed + "-" + running + "-" + text.replaceAll("[^a-z0-9]", "-");
        for (int i = 0; i < running; i++) {
            gateways.add(new Gateway(instances));
        }
        time.advance(limit.windowMillis() - now() % limit.windowMillis());
        gateways.forEach(Gateway::call);
        time.advance(limit.windowMillis() - now() % limit.windowMillis());
        went.clear();
    }

    private void loseMemory() {
        redis.client().getKeys().deleteByPattern("t:permits:{" + scope + "}*");
    }

    private void calls(long millis, int everyMillis) {
        for (long end = now() + millis; now() < end;) {
            gateways.get(random.nextInt(gateways.size())).comes(random.nextBoolean() ? 0 : random.nextInt(4000));
            time.advance(1 + random.nextInt(2 * everyMillis));
        }
    }

    private int used() {
        return went.getOrDefault(now() / limit.windowMillis(), 0);
    }

    static List<Long> seeds() {
        return LongStream.range(0, 12).boxed().toList();
    }

    static List<Long> manySeeds() {
        return LongStream.range(100, 900).boxed().toList();
    }

    @ParameterizedTest
    @Tag("campaign")
    @MethodSource("manySeeds")
    void noHistoryGrantsTooMuchAtLength(long seed) {
        checkHistory(seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noHistoryGrantsTooMuch(long seed) {
        checkHistory(seed);
    }

    private void checkHistory(long seed) {
        Random choice = new Random(seed);
        String[] texts = {"3 per second", "12 per 5 seconds", "30 per minute", "20 per 10 seconds", "60 per hour", "90 per day"};
        int running = 1 + choice.nextInt(3);
        begin(seed, texts[choice.nextInt(texts.length)], running, 3);
        boolean every = limit.windowMillis() > 60_000;
        int share = limit.share(3).permits();
        TreeMap<Long, Boolean> outages = new TreeMap<>();
        for (int i = 0; i < 12; i++) {
            calls(random.nextInt(3000), every ? 150 : 60);
            long from = now() / limit.windowMillis();
            int kind = random.nextInt(4);
            if (kind == 0) {
                gateways.get(random.nextInt(running)).connected = false;
            } else if (kind < 3) {
                redisAnswers = false;
            }
            calls(random.nextInt(random.nextInt(3) == 0 ? 8000 : 700), every ? 150 : 60);
            if (kind > 1) {
                loseMemory();
            }
            redisAnswers = true;
            gateways.forEach(gateway -> gateway.connected = true);
            calls(3000, every ? 150 : 60);
            assertThat(gateways).noneMatch(gateway -> gateway.limiter.state().degraded());
            for (long w = from; w <= now() / limit.windowMillis(); w++) {
                outages.put(w, true);
            }
        }
        went.forEach((window, n) -> assertThat(n).as("%s, window %d of seed %d, outage %s", limit, window, seed, outages.get(window))
                .isLessThanOrEqualTo(limit.permits() + (outages.containsKey(window) ? share : 0)));
        // Full speed again.
        time.advance(limit.windowMillis() - now() % limit.windowMillis() + (limit.windowMillis() > 3000 ? 0 : 3000));
        time.advance(limit.windowMillis() - now() % limit.windowMillis());
        int granted = 0;
        for (int i = 0; i < limit.permits() + 3; i++) {
            granted += gateways.get(i % running).call() ? 1 : 0;
        }
        assertThat(granted).as("%s after seed %d", limit, seed).isEqualTo(limit.permits());
    }

    /** Found at the wire: whoever could not leave in the time of their renewed place either had none any more. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whoIsLateAgainAndAgainInAnOutageKeepsTheirPlace(int which) {
        begin(60 + which, "1 per 20 seconds", 3, 3);
        Gateway gateway = gateways.get(which);
        assertThat(gateway.call()).isTrue();
        Slot slot = gateway.asks(new Ask("e", RateLimits.parse("1 per 20 seconds"), 30_000, Rank.QUERY)).slot();
        redisAnswers = false;
        time.standStill(slot.at() - now() + 50);
        for (int late = 0; late < 5; late++) {
            Decision decision = gateway.asks(slot.ask().instead(slot, 0));
            assertThat(decision.verdict()).isEqualTo(Decision.Verdict.GO);
            slot = decision.slot();
            assertThat(slot.validUntilNanos()).isGreaterThan(time.nanoTime());
            time.standStill(300);
        }
        redisAnswers = true;
        time.advance(4000);
        assertThat(gateway.limiter.state().degraded()).isFalse();
        assertThat(gateway.call()).as("its permit is spent").isFalse();
        gateway.queue.giveBack(slot);
        assertThat(gateway.call()).as("it was not used after all").isTrue();
    }

    /** In windows of a second, the first of which is 0. */
    private List<Integer> perWindow() {
        long first = went.firstKey();
        return LongStream.rangeClosed(first, went.lastKey()).mapToObj(window -> went.getOrDefault(window, 0)).toList();
    }

    @Test
    void aMinuteOfFiftyCallersAtEachGatewayUsesEveryPermitAndNoMore() {
        begin(9, "3 per second", 3, 3);
        gateways.forEach(gateway -> IntStream.range(0, 50).forEach(i -> gateway.loops(5000)));
        time.advance(60_000 - 1);
        assertThat(perWindow()).hasSize(60).containsOnly(3);
    }

    @ParameterizedTest
    @CsvSource({"900,false", "900,true", "1300,true", "3000,false", "5000,false", "5000,true"})
    void acrossAnOutageEachGatewayGrantsItsShareAndThereIsNoBurstAfterIt(int millis, boolean empty) {
        begin(10 + millis + (empty ? 1 : 0), "3 per second", 3, 3);
        gateways.forEach(gateway -> IntStream.range(0, 20).forEach(i -> gateway.loops(3000)));
        time.advance(4400);
        redisAnswers = false;
        time.advance(millis);
        assertThat(gateways).allMatch(gateway -> gateway.limiter.state().degraded());
        if (empty) {
            loseMemory();
        }
        redisAnswers = true;
        time.advance(14_600 - millis - 1);
        assertThat(gateways).noneMatch(gateway -> gateway.limiter.state().degraded());
        List<Integer> windows = perWindow();
        int back = (4400 + millis) / 1000;
        assertThat(windows).hasSize(19).allMatch(n -> n <= 3);
        assertThat(windows.subList(0, back)).as("before and in the outage").containsOnly(3);
        assertThat(windows.subList(back + 3, 19)).as("from three seconds after it on").containsOnly(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 130, 370, 500, 740, 900, 990})
    void noWindowIsGrantedTwiceInAQueueThatIsFullWhileOneAfterTheOtherLosesRedisForAMoment(int from) {
        begin(20 + from, "3 per second", 3, 3);
        gateways.forEach(gateway -> IntStream.range(0, 20).forEach(i -> gateway.loops(3000)));
        time.advance(3000 + from);
        for (int i = 0; i < 5; i++) {
            gateways.get(i % 3).stalls(250);
            time.advance(600);
            assertThat(gateways).noneMatch(gateway -> gateway.limiter.state().degraded());
        }
        time.advance(8000);
        assertThat(perWindow()).allMatch(n -> n <= 3);
        assertThat(perWindow().subList(12, 15)).containsOnly(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 370, 740, 900, 990})
    void noWindowIsGrantedTwiceWhenACrowdComesWhileOneHasLostRedis(int from) {
        begin(21 + from, "3 per second", 3, 3);
        time.advance(from);
        for (int i = 0; i < 4; i++) {
            gateways.get(0).connected = false;
            gateways.forEach(gateway -> IntStream.range(0, 3).forEach(n -> gateway.comes(0)));
            gateways.get(0).stalls(150);
            time.advance(3300);
            assertThat(gateways).noneMatch(gateway -> gateway.limiter.state().degraded());
        }
        assertThat(perWindow()).allMatch(n -> n <= 3);
    }

    @Test
    void oneThatHasJustStartedAndDoesNotReachRedisGrantsNothingOnTop() {
        begin(22, "3 per second", 3, 3);
        gateways.forEach(gateway -> IntStream.range(0, 20).forEach(i -> gateway.loops(3000)));
        time.advance(1000);
        for (int i = 0; i < 3; i++) {
            Gateway fresh = new Gateway(3);
            gateways.add(fresh);
            fresh.connected = false;
            fresh.comes(3000);
            fresh.comes(3000);
            fresh.stalls(200);
            time.advance(800);
        }
        assertThat(perWindow()).allMatch(n -> n <= 3);
    }

    @Test
    void whatWasUsedBeforeAnOutageCountsInAWindowThatLastsLonger() {
        begin(23, "15 per 1 hour", 3, 3);
        for (int i = 0; i < 12; i++) {
            assertThat(gateways.get(i % 3).call()).isTrue();
        }
        redisAnswers = false;
        for (int i = 0; i < 12; i++) {
            gateways.get(i % 3).call();
            time.advance(400);
        }
        assertThat(used()).isBetween(13, 15);
    }

    /** They had not heard of the places that one was given for its queue. */
    @Test
    void aShareOfEachOtherGatewayMayGoOnTopOfWhatOneWasPromised() {
        begin(24, "3 per second", 3, 3);
        gateways.get(1).call();
        gateways.get(2).call();
        IntStream.range(0, 15).forEach(i -> gateways.get(0).comes(4000));
        redisAnswers = false;
        gateways.forEach(gateway -> IntStream.range(0, 20).forEach(i -> gateway.loops(3000)));
        time.advance(9000 - 1);
        assertThat(gateways).allMatch(gateway -> gateway.limiter.state().degraded());
        assertThat(perWindow()).allMatch(n -> n <= 3 + 2);
        assertThat(perWindow().subList(2, 4)).as("promised, and the shares of two").containsOnly(3 + 2);
        assertThat(perWindow().subList(5, 9)).as("when nothing is promised any more").containsOnly(3);
    }

    @Test
    void aShareOfEachGatewayThatIsCutOffGoesOnTopOfWhatTheOthersShare() {
        begin(25, "3 per second", 3, 3);
        gateways.forEach(gateway -> IntStream.range(0, 20).forEach(i -> gateway.loops(3000)));
        time.advance(1000);
        gateways.get(1).connected = false;
        gateways.get(2).connected = false;
        time.advance(8000);
        gateways.forEach(gateway -> gateway.connected = true);
        time.advance(8000 - 1);
        assertThat(gateways).noneMatch(gateway -> gateway.limiter.state().degraded());
        assertThat(perWindow()).allMatch(n -> n <= 3 + 2);
        assertThat(perWindow().subList(5, 9)).as("two are cut off").containsOnly(3 + 2);
        assertThat(perWindow().subList(12, 17)).as("all are back").containsOnly(3);
    }

    /** Found at the wire: whoever was a little late for their turn lost the place that all instances had left to them. */
    @Test
    void whoWaitsKeepsTheirPlaceThoughNoThreadIsFreeWhenItIsDue() throws Exception {
        account = new RateLimit(15, 1000);
        begin(26, "1 per 20 seconds", 1, 3);
        Gateway gateway = gateways.get(0);
        Queue<Runnable> workers = new ArrayDeque<>();
        ThrottleSettings patient = TestGateway.settings("1 per 20 seconds", account.toString(), Duration.ofSeconds(30));
        try (TestGateway whole = TestGateway.inTime(patient, gateway.limiter, workers::add, time, TestGateway.arrivals())) {
            assertThat(whole.send("snapshot", 0L).code()).isNull();
            TestGateway.Request waiting = whole.send("snapshot", null);
            redisAnswers = false;
            time.advance(20_000);
            assertThat(workers).as("its place is due").hasSize(1);
            TestGateway.Request other = whole.send("prices", 0L);
            time.advance(1000);
            assertThat(gateway.limiter.state().degraded()).as("Redis was asked and did not answer").isTrue();
            assertThat(other.reply()).as("no thread is free").isNotDone();
            workers.remove().run();
            assertThat(waiting.code()).isNull();
            redisAnswers = true;
            time.advance(4000);
            assertThat(gateway.limiter.state().degraded()).isFalse();
            assertThat(whole.send("snapshot", 0L).code()).as("its permit is spent").isEqualTo(ProblemCode.RATE_LIMITED);
            while (!workers.isEmpty()) {
                workers.remove().run();
            }
            assertThat(other.code()).as("a thread is free").isEqualTo(ProblemCode.RATE_LIMITED);
        }
    }

    @Test
    void aShortFreezeCostsAMinuteNothing() {
        begin(1, "30 per minute", 1, 3);
        calls(500, 60);
        redisAnswers = false;
        calls(400, 60);
        redisAnswers = true;
        time.advance(3000);
        while (gateways.get(0).call()) {
            assertThat(used()).isLessThanOrEqualTo(limit.permits());
        }
        assertThat(used()).isEqualTo(30);
    }

    /** Those who were idle do not know that another has used it all. */
    @Test
    void idleGatewaysGrantOneShareAtMostOfTheWindowInWhichRedisWentAway() {
        begin(5, "30 per minute", 3, 3);
        for (int i = 0; i < 30; i++) {
            assertThat(gateways.get(0).call()).isTrue();
        }
        for (int outage = 0; outage < 3; outage++) {
            redisAnswers = false;
            gateways.forEach(Gateway::call);
            time.advance(2000);
            for (int i = 0; i < 60; i++) {
                gateways.get(i % 3).call();
            }
            redisAnswers = true;
            time.advance(1000);
        }
        assertThat(used()).isLessThanOrEqualTo(40);
        time.advance(limit.windowMillis() - now() % limit.windowMillis() + 3000);
        for (int i = 0; i < 30; i++) {
            assertThat(gateways.get(i % 3).call()).as("all of the next minute").isTrue();
        }
    }

    @Test
    void aSlowDownReachesEveryGateway() {
        account = new RateLimit(10, 1000);
        begin(7, "100 per second", 2, 3);
        time.advance(2000);
        gateways.get(0).limiter.slowDown();
        for (int i = 0; i < 10; i++) {
            gateways.get(1).comes(0);
        }
        assertThat(went).hasSize(1).containsValue(5);
        assertThat(gateways.get(1).limiter.state().accountPacing()).isEqualTo(0.5);
    }

    /** Found on a busy machine: what was known of Redis's clock was so wrong that each call came too late by it, and Redis was never back. */
    @Test
    void aWrongIdeaOfRedisClockDoesNotKeepTheGatewayAlone() {
        begin(8, "3 per second", 1, 3);
        time.advance(2000);
        redisClockAhead = 5000;
        gateways.get(0).call();
        time.advance(5000);
        assertThat(gateways.get(0).limiter.state().degraded()).isFalse();
        assertThat(gateways.get(0).call()).isTrue();
    }

    @Test
    void whatWasGrantedInALongOutageCounts() {
        begin(2, "20 per minute", 1, 1);
        redisAnswers = false;
        for (int i = 0; i < 8; i++) {
            assertThat(gateways.get(0).call()).isTrue();
        }
        time.advance(4000);
        redisAnswers = true;
        time.advance(3000);
        while (gateways.get(0).call()) {
            assertThat(used()).isLessThanOrEqualTo(limit.permits());
        }
        assertThat(used()).isEqualTo(20);
    }

    @Test
    void anEmptyRedisIsToldWhatWasUsed() {
        begin(3, "20 per minute", 2, 3);
        for (int i = 0; i < 13; i++) {
            assertThat(gateways.get(i % 2).call()).isTrue();
        }
        time.advance(5000);
        redisAnswers = false;
        gateways.forEach(Gateway::call);
        time.advance(100);
        loseMemory();
        redisAnswers = true;
        time.advance(3000);
        for (int i = 0; i < 20; i++) {
            gateways.get(i % 2).call();
        }
        assertThat(used()).isEqualTo(20);
    }

    @Test
    void anExhaustedWindowOpensAgainAtItsEndAfterAnEmptyRestart() {
        begin(4, "5 per minute", 1, 3);
        for (int i = 0; i < 5; i++) {
            assertThat(gateways.get(0).call()).isTrue();
        }
        assertThat(gateways.get(0).call()).isFalse();
        redisAnswers = false;
        gateways.get(0).call();
        loseMemory();
        redisAnswers = true;
        time.advance(3000);
        assertThat(gateways.get(0).call()).as("still exhausted").isFalse();
        time.advance(limit.windowMillis() - now() % limit.windowMillis());
        assertThat(gateways.get(0).call()).as("the next minute").isTrue();
    }
}
