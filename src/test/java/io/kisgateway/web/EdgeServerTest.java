package io.kisgateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Patience;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeServerTest {

    @ParameterizedTest
    @ValueSource(strings = {"PORT", "MANAGEMENT_PORT"})
    void aPortThatIsTakenIsNamedInOneLine(String setting) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GatewayProcess gateway = new GatewayProcess("taken", Map.of(setting, Integer.toString(taken.getLocalPort()))).start()) {
            Patience.awaitEnd(gateway.process());

            assertThat(gateway.process().exitValue()).isEqualTo(2);
            List<String> errors = gateway.lines().stream().filter(line -> line.contains(" ERROR ")).toList();
            assertThat(errors).hasSize(1).first().asString().contains("does not start: " + setting + " " + taken.getLocalPort()
                    + " cannot be listened on");
            assertThat(gateway.lines()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

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
