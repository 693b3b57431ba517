package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where credentials may go. */
class KisSettingsTest {

    private static KisSettings of(String url, String plain) {
        Map<String, String> environment =
                new HashMap<>(Map.of("TRADING_MODE", "REAL", "KIS_APP_KEY", "key", "KIS_APP_SECRET", "very-secret",
                        "KIS_ACCOUNT_NO", "12345678-01", "KIS_BASE_URL", url, "KIS_PLAIN_HTTP", plain));
        return KisSettings.from(Settings.from(environment));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://kis.example:9443", "http://10.0.0.1", "http://127.0.0.1.example", "http://localhost.example:80"})
    void plainHttpToAnotherMachineIsRefusedUnlessSomebodySaysSo(String url) {
        assertThatThrownBy(() -> of(url, "false")).isInstanceOf(InvalidSetting.class).hasMessageContaining("KIS_BASE_URL")
                .hasMessageContaining("KIS_PLAIN_HTTP=true").hasMessageNotContaining("very-secret").hasMessageNotContaining("\n");
        assertThat(of(url, "true").environment().baseUrl()).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://kis.example:9443", "http://127.0.0.1:1234", "http://localhost", "http://[::1]:80", "http://127.9.9.9"})
    void httpsAndThisMachineAreFine(String url) {
        assertThat(of(url, "false").environment().baseUrl()).hasToString(url);
    }
}
