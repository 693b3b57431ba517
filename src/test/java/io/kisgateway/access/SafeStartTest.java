package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.Gateway;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Settings;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of defaults in docs/security.md. */
class SafeStartTest {

    private static AccessSettings read(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("KIS_APP_KEY", "k", "KIS_APP_SECRET", "s", "KIS_ACCOUNT_NO", "12345678-01"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return AccessSettings.from(Settings.from(all));
    }

    @ParameterizedTest
    @CsvSource({"HOST,0.0.0.0,MOCK", "HOST,0.0.0.0,REAL", "HOST,192.168.0.7,REAL", "HOST,::,REAL", "MANAGEMENT_HOST,0.0.0.0,MOCK",
        "HOST,kis.example.invalid,REAL"})
    void beyondThisMachineItMustBeSaidWhoMayTrade(String host, String address, String mode) {
        assertThatThrownBy(() -> read("TRADING_MODE", mode, host, address)).isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(host + "=" + address + " with TRADING_MODE=" + mode + " lets whoever reaches this port")
                .hasMessageEndingWith(". Set CLIENTS_FILE or AUTH_AUDIENCE, or say AUTH=none");
        assertThat(read("TRADING_MODE", mode, host, address, "AUTH", "none").warning()).isPresent();
        assertThat(read("TRADING_MODE", mode, host, address, "CLIENTS_FILE", "clients.yaml").clients()).contains(Path.of("clients.yaml"));
        assertThat(read("TRADING_MODE", mode, host, address, "AUTH_ISSUERS", "https://accounts.google.com", "AUTH_AUDIENCE", "https://gw")
                .warning())
                .get().asString().contains("nobody may do anything yet");
    }

    @Test
    void onThisMachineNoKeyIsNeeded() {
        assertThat(read("TRADING_MODE", "SIM").warning()).isEmpty();
        assertThat(read("TRADING_MODE", "REAL").warning()).contains("Anybody on this machine can trade; see docs/security.md");
        assertThat(read("TRADING_MODE", "REAL", "HOST", "localhost").warning()).isPresent();
        assertThat(read("TRADING_MODE", "SIM", "HOST", "0.0.0.0").warning()).get().asString().contains("play money");
    }

    @Test
    void halfAnAnswerIsNone() {
        assertThatThrownBy(() -> read("AUTH_AUDIENCE", "https://gw"))
                .hasMessageContaining("AUTH_ISSUERS and AUTH_AUDIENCE are set together");
        assertThatThrownBy(() -> read("AUTH_ISSUERS", "https://accounts.google.com")).hasMessageContaining("are set together");
        assertThatThrownBy(() -> read("AUTH", "none", "CLIENTS_FILE", "clients.yaml")).hasMessageContaining("AUTH=none");
        assertThatThrownBy(() -> read("AUTH_ISSUERS", "http://issuer.example", "AUTH_AUDIENCE", "https://gw"))
                .hasMessageContaining("AUTH_ISSUERS");
        assertThatThrownBy(() -> read("TRUSTED_PROXIES", "10.0.0.0/40").proxies().forEach(one -> new Proxies(java.util.List.of(one))))
                .hasMessageContaining("TRUSTED_PROXIES");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "yes", "basic"})
    void whatAuthMayHoldIsSaid(String text) {
        assertThatThrownBy(() -> read("AUTH", text)).hasMessageContaining("AUTH holds \"" + text + "\"").hasMessageContaining("NONE");
    }

    /** app key, secret and token leave in clear for this machine alone. */
    @Test
    void credentialsLeaveInClearForNoOtherMachine() throws Exception {
        Map<String, String> real = Map.of("TRADING_MODE", "REAL", "PORT", "0", "MANAGEMENT_PORT", "0", "KIS_APP_KEY", "k",
                "KIS_APP_SECRET", "s", "KIS_ACCOUNT_NO", "12345678-01", "DATA_DIR", TestFolder.create().toString());
        Map<String, String> elsewhere = new HashMap<>(real);
        elsewhere.put("KIS_BASE_URL", "http://kis.example.invalid:9443");
        assertThatThrownBy(() -> Gateway.start(elsewhere)).isInstanceOf(InvalidSetting.class).hasMessageContaining("KIS_PLAIN_HTTP=true");
        Map<String, String> here = new HashMap<>(real);
        here.put("KIS_BASE_URL", "http://127.0.0.1:" + FreePort.next());
        try (Gateway gateway = Gateway.start(here)) {
            assertThat(gateway.port()).isPositive();
        }
    }

    /** what the README's docker line used to start. */
    @Test
    void aGatewayThatAnybodyCouldTradeAtDoesNotStart() {
        assertThatThrownBy(() -> Gateway.start(Map.of("TRADING_MODE", "REAL", "HOST", "0.0.0.0", "PORT", "0", "MANAGEMENT_PORT", "0",
                "KIS_APP_KEY", "k", "KIS_APP_SECRET", "s", "KIS_ACCOUNT_NO", "12345678-01", "DATA_DIR", TestFolder.create().toString())))
                .isInstanceOf(InvalidSetting.class).hasMessageContaining("lets whoever reaches this port trade");
    }
}
