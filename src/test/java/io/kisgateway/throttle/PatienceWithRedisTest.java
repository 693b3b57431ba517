package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a decision waits for a Redis that does not answer, in time that the test keeps. */
class PatienceWithRedisTest {

    private final ThrottleSettings settings = TestGateway.settings("3 per second", "15 per second", Duration.ofSeconds(5));
    private final Ask now = new Ask("snapshot", settings.limits(), 0, Rank.QUERY);
    private final ManualTime time = new ManualTime();
    private boolean frozen;
    private PatientRedis redis;
    private SharedLimiter limiter;

    @BeforeEach
    void startWithRedis() {
        redis = new PatientRedis();
        RedisReservations shared = new RedisReservations(
                (script, keys, args) -> frozen ? new CompletableFuture<>() : redis.run(script, keys, args),
                () -> TestGateway.START + time.nanoTime() / 1_000_000, settings.rules(), "t:", settings.scope());
        limiter = new SharedLimiter(settings, shared, "redis", 0, Throttle.REDIS_PATIENCE, time, TestGateway.START, time::nanoTime);
        assertThat(ask(now).join().source()).isEqualTo(Slot.Source.REDIS);
    }

    @AfterEach
    void stop() {
        limiter.close();
        redis.close();
        time.shutdownNow();
    }

    private CompletableFuture<Decision> ask(Ask ask) {
        return limiter.ask(ask).toCompletableFuture();
    }

    @Test
    void isHundredMillisecondsForWhoAsksFirstAndNothingForWhoAsksLater() {
        frozen = true;
        CompletableFuture<Decision> first = ask(now);
        time.advance(60);
        CompletableFuture<Decision> meanwhile = ask(now);
        time.advance(39);
        assertThat(first).isNotDone();
        assertThat(limiter.state().degraded()).isFalse();
        time.advance(1);
        assertThat(first).isCompletedWithValueMatching(decision -> decision.source() == Slot.Source.LOCAL
                && decision.verdict() == Decision.Verdict.NO, "the others may use this second's permits yet");
        assertThat(meanwhile).as("it goes with those who waited longer").isCompletedWithValueMatching(d -> d.source() == Slot.Source.LOCAL);
        assertThat(limiter.state().degraded()).isTrue();
        assertThat(ask(now)).as("asked later").isCompletedWithValueMatching(decision -> decision.source() == Slot.Source.LOCAL);
        frozen = false;
        time.advance(600);
        assertThat(limiter.state().degraded()).isFalse();
        assertThat(ask(now)).isCompletedWithValueMatching(decision -> decision.source() == Slot.Source.REDIS);
    }

    @Test
    void isOneRoundOfTheAlarmLongerForWhoStoodStillThemselves() {
        frozen = true;
        CompletableFuture<Decision> first = ask(now);
        // As when the machine was busy elsewhere: the answer may be there already, so it is looked for once more.
        time.standStill(500);
        assertThat(first).isNotDone();
        time.advance(20);
        assertThat(first).isCompletedWithValueMatching(decision -> decision.source() == Slot.Source.LOCAL);
    }
}
