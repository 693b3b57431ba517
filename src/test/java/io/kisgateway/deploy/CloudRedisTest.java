package io.kisgateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The Redis of Cloud Run's page, as its file has it. */
class CloudRedisTest {

    private final Path folder = TestFolder.create();
    private final int port = FreePort.next();

    @Test
    void anOrderIsKnownAfterRedisAndTheGatewayHaveStartedAgain() throws IOException {
        try (Simulator kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build())) {
            String number;
            try (RedisProcess redis = redis()) {
                number = order(kis).at("/order_no").asText();
                redis.kill();
            }
            try (RedisProcess redis = redis()) {
                assertThat(redis.process().isAlive()).isTrue();
                Reply repeat = order(kis);
                assertThat(repeat.header("Idempotent-Replayed")).isEqualTo("true");
                assertThat(repeat.at("/order_no").asText()).isEqualTo(number);
            }
            assertThat(kis.orders().list()).hasSize(1);
        }
    }

    /** Redis 7 leaves out what scripts wrote if the user default has no rights when it reads its file again; the one of the tests does not. */
    @Test
    void theUserDefaultKeepsItsRightsThoughItIsOff() throws IOException {
        assertThat(Files.readString(DeployFiles.FOLDER.resolve("cloudrun/redis.conf"))).contains("\nuser default off +@all ~* &*\n");
    }

    /** By a gateway that begins for it and goes. */
    private Reply order(Simulator kis) {
        try (Gateway gateway = Rig.gateway(kis, Map.of("REDIS_URL", "redis://gateway:s3cret@127.0.0.1:" + port))) {
            Http http = new Http("http://127.0.0.1:" + gateway.port());
            Reply[] placed = new Reply[1];
            Awaitility.await().until(() -> {
                placed[0] = http.post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", "Idempotency-Key", "once");
                return placed[0].status() == 200;
            });
            return placed[0];
        }
    }

    private RedisProcess redis() throws IOException {
        Stream<String> lines = Files.readString(DeployFiles.FOLDER.resolve("cloudrun/redis.conf")).lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("bind") && !line.startsWith("port"))
                .map(line -> line.startsWith("dir ") ? "dir " + folder : line.replaceAll("PASSWORD2?", "s3cret"));
        return RedisProcess.start(port, lines.toArray(String[]::new));
    }
}
