package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an operator says of the breaker holds for all instances and outlives them; what one has found out is its own. */
class BreakerSwitchTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String SAMSUNG = "{\"stock_code\":\"005930\"}";

    @AutoClose
    private final Simulator kis =
            Simulator.start(SimulatorOptions.builder().mode(Mode.REAL).rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build());

    private static Http http(Gateway gateway) {
        return new Http("http://127.0.0.1:" + gateway.port());
    }

    private static int operator(Gateway gateway, String word) {
        return new Http("http://127.0.0.1:" + gateway.managementPort()).post("/admin/circuit-breaker/" + word, "").status();
    }

    private static String state(Gateway gateway) {
        return http(gateway).get("/health").at("/circuit_breaker/state").asText();
    }

    private static String scope(Gateway gateway) {
        return http(gateway).get("/health").at("/circuit_breaker/scope").asText();
    }

    private static void awaitState(Gateway gateway, String state) {
        await().until(() -> state(gateway).equals(state));
    }

    @Test
    void forcedOpenIsForAllInstancesAndForThoseThatComeLater() throws Exception {
        RedisProcess first = RedisProcess.start(FreePort.next());
        Map<String, String> settings = Map.of("REDIS_URL", "redis://127.0.0.1:" + first.port(), "CIRCUIT_BREAKER_FAIL_MAX", "1");
        try (first; Gateway one = Rig.gateway(kis, settings); Gateway two = Rig.gateway(kis, settings)) {
            await().until(() -> operator(one, "force-open") == 200);
            assertThat(state(one)).isEqualTo("forced-open");
            assertThat(scope(one)).isEqualTo("all instances");
            awaitState(two, "forced-open");
            assertThat(http(two).post(SNAPSHOT, SAMSUNG).code()).isEqualTo("CIRCUIT_OPEN");
            first.kill();
            // It has forgotten it, the operator has not taken it back.
            try (RedisProcess second = RedisProcess.start(first.port()); Gateway later = Rig.gateway(kis, settings)) {
                awaitState(later, "forced-open");
                assertThat(operator(later, "reset")).isEqualTo(200);
                awaitState(one, "closed");
                awaitState(two, "closed");
                assertThat(http(two).post(SNAPSHOT, SAMSUNG).status()).isEqualTo(200);

                kis.faults().add(Fault.of(Fault.Kind.BLANK500).onPath("inquire-price").times(10));
                http(one).post(SNAPSHOT, SAMSUNG);
                assertThat(state(one)).as("tripped by what it has seen itself").isEqualTo("open");
                assertThat(scope(one)).isEqualTo("this instance");
                assertThat(state(two)).isEqualTo("closed");
                kis.faults().clear();
                assertThat(operator(two, "reset")).isEqualTo(200);
                awaitState(one, "closed");

                second.kill();
                assertThat(operator(one, "force-open")).as("the others cannot be told yet").isEqualTo(503);
                assertThat(state(one)).isEqualTo("forced-open");
                assertThat(scope(one)).isEqualTo("this instance");
                assertThat(operator(one, "reset")).isEqualTo(503);
                assertThat(state(one)).as("nobody knows what the others do").isEqualTo("forced-open");
            }
        }
    }

    /** Found at the wire: the others followed what came late, and the one that had been asked stayed open for good. */
    @Test
    void aResetThatRedisTakesLateIsFollowedByTheOneThatWasAsked() throws Exception {
        try (RedisProcess redis = RedisProcess.start(FreePort.next())) {
            Map<String, String> settings = Map.of("REDIS_URL", "redis://127.0.0.1:" + redis.port());
            try (Gateway one = Rig.gateway(kis, settings); Gateway two = Rig.gateway(kis, settings)) {
                // It depends on when the instance looks at Redis by itself, which it does each second.
                for (int later = 0; later < 1000; later += 250) {
                    await().until(() -> operator(one, "force-open") == 200);
                    awaitState(two, "forced-open");
                    await().pollDelay(Duration.ofMillis(later)).until(() -> true);
                    redis.freeze();
                    assertThat(operator(two, "reset")).isEqualTo(503);
                    redis.thaw();
                    awaitState(one, "closed");
                    awaitState(two, "closed");
                }
            }
        }
    }

    @Test
    void forcedOpenOutlivesARestartWithoutRedis() {
        Map<String, String> settings = Map.of("DATA_DIR", TestFolder.create().toString());
        try (Gateway first = Rig.gateway(kis, settings)) {
            assertThat(operator(first, "force-open")).isEqualTo(200);
            assertThat(scope(first)).as("there is no other that could know of it").isEqualTo("this instance");
        }
        try (Gateway second = Rig.gateway(kis, settings)) {
            awaitState(second, "forced-open");
            assertThat(http(second).post(SNAPSHOT, SAMSUNG).code()).isEqualTo("CIRCUIT_OPEN");
            assertThat(operator(second, "reset")).isEqualTo(200);
        }
        try (Gateway third = Rig.gateway(kis, settings)) {
            assertThat(state(third)).isEqualTo("closed");
        }
    }
}
