package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a decision waits for a real Redis that does not answer, in time that the test keeps. */
class PatienceWithRedisTest {

    private final ThrottleSettings settings = TestGateway.settings("3 per second", "15 per second", Duration.ofSeconds(5));
    private final Ask now = new Ask("snapshot", settings.limits(), 0, Rank.QUERY);
    private final ManualTime time = new ManualTime();
    private RedisProcess redis;
    private RedisConnection connection;
    private SharedLimiter limiter;

    @BeforeEach
    void startWithRedis() {
        int port = FreePort.next();
        redis = RedisProcess.start(port);
        connection = RedisConnection.open(RedisAddress.parse("redis://127.0.0.1:" + port), "t:");
        connection.client();
        limiter = SharedLimiter.open(settings, connection, time, System.currentTimeMillis(), time::nanoTime);
        assertThat(ask(now).join().source()).isEqualTo(Source.REDIS);
    }

    @AfterEach
    void stop() {
        limiter.close();
        connection.close();
        redis.close();
        time.shutdownNow();
    }

    private CompletableFuture<Decision> ask(Ask ask) {
        return limiter.ask(ask).toCompletableFuture();
    }

    @Test
    void isHundredMillisecondsForWhoAsksFirstAndNothingForWhoAsksLater() {
        redis.freeze();
        CompletableFuture<Decision> first = ask(now);
        time.advance(60);
        CompletableFuture<Decision> meanwhile = ask(now);
        time.advance(39);
        assertThat(first).isNotDone();
        assertThat(limiter.state().degraded()).isFalse();
        time.advance(1);
        assertThat(first).isCompletedWithValueMatching(decision -> decision.source() == Source.LOCAL);
        assertThat(meanwhile).as("it goes with those who waited longer").isCompletedWithValueMatching(d -> d.source() == Source.LOCAL);
        assertThat(limiter.state().degraded()).isTrue();
        assertThat(ask(now)).as("asked later").isCompletedWithValueMatching(decision -> decision.source() == Source.LOCAL);
        redis.thaw();
        // Redis's clock goes on while this one stands: on a busy machine an answer can be too late by it, and the next is asked for.
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            time.advance(10);
            return !limiter.state().degraded() && ask(now).join().source() == Source.REDIS;
        });
    }

    @Test
    void isOneRoundOfTheAlarmLongerForWhoStoodStillThemselves() {
        redis.freeze();
        CompletableFuture<Decision> first = ask(now);
        // As when the machine was busy elsewhere: the answer may be there already, so it is looked for once more.
        time.standStill(500);
        assertThat(first).isNotDone();
        time.advance(20);
        assertThat(first).isCompletedWithValueMatching(decision -> decision.source() == Source.LOCAL);
    }
}
