package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A gateway without a KIS of its own has the simulator's, realtime too. */
class SimulatorModuleTest {

    @Test
    void aGatewayWithoutSettingsHasRealtimeData() throws Exception {
        int admin = FreePort.next();
        try (Gateway gateway = Gateway.start(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "SIM_FAULT_PORT", Integer.toString(admin),
                "DATA_DIR", TestFolder.create().toString()), Clock.systemUTC());
                WsClient ws = new WsClient("ws://127.0.0.1:" + gateway.port() + "/tryitout", "a-client")) {
            assertThat(ws.register("H0STCNT0", "005930").path("body").path("msg_cd").asText()).isEqualTo("OPSP0000");
            assertThat(ws.next()).startsWith("0|H0STCNT0|001|005930^");
            Http simulator = new Http("http://127.0.0.1:" + admin);
            await().untilAsserted(
                    () -> assertThat(simulator.get("/_sim/realtime").text()).contains("H0STCNI0 simulator", "H0STCNT0 005930"));
        }
    }
}
