package io.kisgateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.GatewayProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeServerTest {

    /** Each killed one left a folder; in a container that folder is memory. */
    @Test
    void aKilledGatewayLeavesNothingInTheTemporaryFolder(@TempDir Path temporary) {
        try (GatewayProcess gateway = new GatewayProcess("edge", Map.of()).jvm("-Djava.io.tmpdir=" + temporary).start().awaitReady()) {
            assertThat(gateway.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").status()).isEqualTo(200);
            assertThat(gateway.management().get("/console").status()).isEqualTo(200);

            gateway.kill();

            assertThat(temporary).isEmptyDirectory();
        }
    }
}
