package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.throttle.TestGateway.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One gateway loses its Redis for a moment, while the others go on: the limits hold all the same. */
@Execution(ExecutionMode.CONCURRENT)
class FlappingRedisTest {

    private final int port = FreePort.next();
    private final Queue<Arrival> arrivals = TestGateway.arrivals();
    private final List<TestGateway> gateways = new ArrayList<>();
    private final List<StallingLine> lines = new ArrayList<>();
    private final Crowd crowd = new Crowd();
    private RedisProcess redis;

    @BeforeEach
    void start() {
        redis = RedisProcess.start(port);
    }

    @AfterEach
    void stop() throws Exception {
        crowd.end();
        gateways.forEach(TestGateway::close);
        for (StallingLine line : lines) {
            line.close();
        }
        redis.close();
    }

    private void gateways(String limits, Duration wait) throws Exception {
        for (int i = 0; i < 3; i++) {
            StallingLine line = new StallingLine(port);
            lines.add(line);
            gateways.add(new TestGateway(TestGateway.settings(limits, "15 per second", wait),
                    "redis://127.0.0.1:" + line.port(), arrivals));
        }
        gateways.forEach(g -> patiently().until(() -> g.send("prices", null).code() == null && !g.throttle.state().degraded()));
        runs(1500);
        arrivals.clear();
    }

    private static void runs(int millis) {
        Crowd.run(Duration.ofMillis(millis));
    }

    private static ConditionFactory patiently() {
        return await().atMost(Crowd.LONG_ENOUGH);
    }

    private void stall(int gateway, int millis) {
        lines.get(gateway).stall(true);
        runs(millis);
        lines.get(gateway).stall(false);
        patiently().until(() -> !gateways.get(gateway).throttle.state().degraded());
    }

    @Test
    void noWindowIsGrantedTwiceInAQueueThatIsFull() throws Exception {
        gateways("3 per second", Duration.ofSeconds(3));
        crowd.start(gateways, 20, "snapshot");
        Crowd.awaitFullWindows(arrivals, 3, 2);
        for (int i = 0; i < 5; i++) {
            stall(i % 3, 250);
            runs(600);
        }
        Crowd.awaitFullWindows(arrivals, 3, 3);
        crowd.end();
        assertThat(Crowd.windows(arrivals).values()).allMatch(n -> n <= 3);
    }

    @Test
    void noWindowIsGrantedTwiceWhenACrowdComesMeanwhile() throws Exception {
        gateways("3 per second", Duration.ofSeconds(3));
        for (int i = 0; i < 4; i++) {
            lines.get(0).stall(true);
            for (TestGateway gateway : gateways) {
                for (int n = 0; n < 3; n++) {
                    gateway.send("snapshot", 0L);
                }
            }
            runs(150);
            lines.get(0).stall(false);
            patiently().until(() -> !gateways.get(0).throttle.state().degraded());
            runs(3300);
        }
        assertThat(Crowd.windows(arrivals).values()).allMatch(n -> n <= 3);
    }

    @Test
    void oneThatHasJustStartedGrantsNothingOnTop() throws Exception {
        gateways("3 per second", Duration.ofSeconds(3));
        crowd.start(gateways, 20, "snapshot");
        runs(1000);
        for (int i = 0; i < 3; i++) {
            StallingLine line = new StallingLine(port);
            lines.add(line);
            line.stall(true);
            TestGateway fresh = new TestGateway(TestGateway.settings("3 per second", "15 per second", Duration.ofSeconds(3)),
                    "redis://127.0.0.1:" + line.port(), arrivals);
            gateways.add(fresh);
            fresh.send("snapshot", null);
            fresh.send("snapshot", null);
            runs(200);
            line.stall(false);
            runs(800);
        }
        crowd.end();
        assertThat(Crowd.windows(arrivals).values()).allMatch(n -> n <= 3);
    }

    @Test
    void whatWasUsedBeforeAnOutageCountsInAWindowThatLastsLonger() throws Exception {
        gateways("15 per 1 hour", Duration.ZERO);
        for (int i = 0; i < 12; i++) {
            TestGateway gateway = gateways.get(i % 3);
            patiently().until(() -> gateway.send("snapshot", null).code() == null);
        }
        runs(2000);
        gateways.forEach(g -> patiently().until(() -> g.send("prices", null).code() == null && !g.throttle.state().degraded()));
        arrivals.removeIf(a -> a.endpoint().equals("prices"));
        redis.kill();
        patiently().until(() -> {
            gateways.forEach(g -> g.send("snapshot", 0L).reply().join());
            return arrivals.size() > 12;
        });
        runs(1500);
        for (int i = 0; i < 12; i++) {
            gateways.get(i % 3).send("snapshot", 0L).reply().join();
        }
        assertThat(arrivals).hasSizeBetween(13, 15);
    }
}
