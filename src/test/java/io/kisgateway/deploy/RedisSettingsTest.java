package io.kisgateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of Redis in deploy/ are enough for limits and orders, and no more than that is allowed. */
class RedisSettingsTest {

    private static final Set<String> OF_THE_MACHINE = Set.of("bind", "port", "dir");

    @TempDir
    private Path folder;

    private List<String> settings(String text) {
        List<String> settings = new ArrayList<>(List.of("dir " + folder));
        text.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .filter(line -> !OF_THE_MACHINE.contains(line.split(" ")[0])).forEach(settings::add);
        return settings;
    }

    @SuppressWarnings("try")
    private void servesOrders(List<String> settings, String user) {
        int port = FreePort.next();
        try (RedisProcess redis = RedisProcess.start(port, settings.toArray(String[]::new));
                Rig rig = Rig.start(options -> options, Mode.REAL, "REDIS_URL", "redis://" + user + "127.0.0.1:" + port)) {
            Http.Reply order =
                    rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", "Idempotency-Key", "deploy-1");
            assertThat(order.status()).as(order.text()).isEqualTo(200);
            assertThat(rig.http().get("/health").at("/status").asText()).isEqualTo("ok");
            assertThat(rig.http().get("/api/trading/orders").at("/data/0/order_no")).isEqualTo(order.at("/order_no"));
        }
    }

    @Test
    void ofCompose() throws IOException {
        servesOrders(settings(Files.readString(Path.of("deploy/compose/redis.conf"))), "");
    }

    @Test
    void ofKubernetes() {
        String conf = DeployFiles.documents(Path.of("deploy/kubernetes/try/redis.yaml")).get(0).at("/data/redis.conf").asText();
        servesOrders(settings(conf), "");
    }

    /** With the user that has no more rights than the gateway needs. */
    @Test
    void ofTheVmBesideCloudRun() throws IOException {
        servesOrders(settings(Files.readString(Path.of("deploy/cloudrun/redis.conf"))), "gateway:PASSWORD@");
    }
}
