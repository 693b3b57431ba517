package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/** The reservation in Redis: the same suite, and the script and the Java reservations give the same answers to the same questions, whatever these are. */
class RedisReservationsTest extends ReservationSuite {

    private static PatientRedis redis;
    private int models;
    private static long now;

    @BeforeAll
    static void start() {
        redis = new PatientRedis();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Override
    int histories() {
        return 3;
    }

    @Override
    Model model(LimiterRules rules) {
        RedisReservations shared = new RedisReservations(redis::run, () -> now, rules, "t:", "model" + models++);
        return new Model() {
            @Override
            public Reservations.Booking ask(long at, Ask ask) {
                now = at;
                RedisReservations.Batch batch = shared.new Batch(0, 0, RedisReservations.Purpose.OPERATIONS);
                batch.ask(ask, ask.patienceMillis());
                List<Long> reply = batch.send().toCompletableFuture().join();
                return new Reservations.Booking(reply.get(5), reply.get(4).intValue());
            }

            @Override
            public void giveBack(long at, Slot slot) {
                now = at;
                RedisReservations.Batch batch = shared.new Batch(0, 0, RedisReservations.Purpose.OPERATIONS);
                batch.giveBack(slot);
                batch.send().toCompletableFuture().join();
            }

            @Override
            public void slowDown(long at) {
                now = at;
                RedisReservations.Batch batch = shared.new Batch(0, 0, RedisReservations.Purpose.OPERATIONS);
                batch.slowDown();
                batch.send().toCompletableFuture().join();
            }
        };
    }

    @ParameterizedTest
    @Tag("campaign")
    @MethodSource("manySeeds")
    void scriptAndJavaAgreeAtLength(long seed) {
        scriptAndJavaAgree(seed);
    }

    static java.util.stream.LongStream manySeeds() {
        return java.util.stream.LongStream.range(100, 200);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 123, 125})
    void scriptAndJavaAgree(long seed) {
        Random random = new Random(seed);
        int[] rates = {1, 2, 3, 5, 15, 100, 200, 1000};
        LimiterRules rules =
                new LimiterRules(new RateLimit(rates[random.nextInt(rates.length)], 1000), random.nextInt(3) * 15, random.nextInt(2) * 20);
        String[] texts = {"3/second", "1/second", "3/second;10/minute", "100/second", "5 per 2 seconds", "1000000/second"};
        List<RateLimits> limits = List.of(RateLimits.parse(texts[random.nextInt(texts.length)]),
                RateLimits.parse(texts[random.nextInt(texts.length)]));
        Reservations java = new Reservations(rules);
        RedisReservations shared = new RedisReservations(redis::run, () -> now, rules, "t:", "seed" + seed + "-" + models++);
        now = 1_795_000_000_000L + random.nextInt(100_000);
        List<Slot> held = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            now += random.nextInt(4) == 0 ? 0 : random.nextInt(random.nextInt(20) == 0 ? 3000 : 60);
            int what = random.nextInt(20);
            RedisReservations.Batch batch = shared.new Batch(0, 0, RedisReservations.Purpose.OPERATIONS);
            if (what == 0) {
                if (random.nextInt(10) == 0) {
                    java.slowDown(now);
                    batch.slowDown();
                }
                batch.send().toCompletableFuture().join();
            } else if (what < 4 && !held.isEmpty()) {
                Slot slot = held.remove(random.nextInt(held.size()));
                java.giveBack(slot);
                batch.giveBack(slot);
                batch.send().toCompletableFuture().join();
            } else {
                Slot old = what < 7 && !held.isEmpty() ? held.remove(random.nextInt(held.size())) : null;
                int e = random.nextInt(3);
                ClientLimit client = random.nextInt(4) == 0 ? new ClientLimit("c", limits.get(1)) : null;
                Ask ask = old != null ? old.ask().instead(old, random.nextInt(5000))
                        : new Ask(e == 2 ? null : "e" + e, e == 2 ? RateLimits.NONE : limits.get(e), client, random.nextInt(6000),
                                Rank.values()[random.nextInt(4)], null);
                Reservations.Booking expected = java.ask(now, ask);
                batch.ask(ask, ask.patienceMillis());
                List<Long> reply = batch.send().toCompletableFuture().join();
                assertThat(reply.get(0)).isEqualTo(now);
                assertThat(List.of(reply.get(4), reply.get(5))).as("step " + i + " " + ask)
                        .isEqualTo(List.of((long) expected.column(), expected.at()));
                assertThat(List.of(reply.get(2), reply.get(3))).isEqualTo(List.of((long) java.pace(now), java.paceEra()));
                if (expected.granted()) {
                    held.add(new Slot(ask.without(), expected.at(), expected.column(), 0, 0, Slot.Source.REDIS, 0));
                    if (held.size() > 40) {
                        held.remove(0);
                    }
                }
            }
        }
    }

    /** With so many waiting as a wait of 300 s lets in; in processor time of Redis, as it says itself. */
    @Test
    @Tag("campaign")
    void aBatchIsCheapHoweverManyWait() {
        RedisReservations shared = new RedisReservations(redis::run, () -> now, new LimiterRules(new RateLimit(15, 1000)), "t:", "cost");
        RateLimits three = RateLimits.parse("3/second");
        now = START;
        double worst = 0;
        for (int filled = 0; filled < 6000; filled += 256) {
            RedisReservations.Batch batch = shared.new Batch(0, 0, RedisReservations.Purpose.OPERATIONS);
            for (int i = 0; i < 256; i++) {
                batch.ask(new Ask("e" + i % 20, three, 300_000, Rank.QUERY), 300_000);
            }
            double before = processorMillis();
            batch.send().toCompletableFuture().join();
            worst = Math.max(worst, processorMillis() - before);
        }
        System.out.printf("campaign: the dearest batch of 256 took Redis %.1f ms%n", worst);
        assertThat(worst).isLessThan(20);
    }

    private static double processorMillis() {
        var info = redis.client().getRedisNodes(RedisNodes.SINGLE).getInstance().info(RedisNode.InfoSection.CPU);
        return 1000 * (Double.parseDouble(info.get("used_cpu_user")) + Double.parseDouble(info.get("used_cpu_sys")));
    }

    @Test
    void keysExpire() {
        RedisReservations shared =
                new RedisReservations(redis::run, () -> 0, new LimiterRules(new RateLimit(15, 1000)), "t:", "exp");
        RedisReservations.Batch batch = shared.new Batch(0, 0, RedisReservations.Purpose.OPERATIONS);
        batch.ask(new Ask("e", RateLimits.parse("3/second"), 0, Rank.QUERY), 0);
        batch.send().toCompletableFuture().join();
        assertThat(redis.client().getBucket("t:permits:{exp}:account").remainTimeToLive()).isBetween(PatientRedis.LONGER_MILLIS - 300_000,
                PatientRedis.LONGER_MILLIS + 200_000L);
        assertThat(redis.client().getBucket("t:permits:{exp}:endpoint:e").remainTimeToLive()).isBetween(
                PatientRedis.LONGER_MILLIS - 300_000,
                PatientRedis.LONGER_MILLIS + 3000L);
    }
}
