package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the front serves, if it is not told to, and where it never does. */
class FrontSettingsTest {

    private static FrontSettings settings(String mode, String host, String front, boolean clients) {
        Map<String, String> environment = new HashMap<>(Map.of("TRADING_MODE", mode, "HOST", host, "KIS_ACCOUNT_NO", "50123456-01",
                "KIS_APP_KEY", "k".repeat(36), "KIS_APP_SECRET", "s".repeat(180)));
        if (front != null) {
            environment.put("KIS_FRONT", front);
        }
        return FrontSettings.from(Settings.from(environment), clients);
    }

    @ParameterizedTest
    @CsvSource({"SIM, 127.0.0.1, , false, true", "SIM, 0.0.0.0, , false, false", "SIM, 0.0.0.0, , true, true",
        "MOCK, 127.0.0.1, , false, false", "MOCK, 127.0.0.1, , true, true", "REAL, 127.0.0.1, , false, false",
        "REAL, 127.0.0.1, true, false, true", "REAL, 0.0.0.0, , true, true", "REAL, 0.0.0.0, false, true, false",
        "SIM, 127.0.0.1, false, false, false", "SIM, localhost, , false, true", "SIM, [::1], , false, true",
        "SIM, 127.elsewhere.invalid, , false, false"})
    void isOn(String mode, String host, String front, boolean clients, boolean on) {
        assertThat(settings(mode, host, front, clients).on()).isEqualTo(on);
    }

    @ParameterizedTest
    @CsvSource({"SIM", "MOCK", "REAL"})
    void neverForAnybodyOnANetwork(String mode) {
        assertThatThrownBy(() -> settings(mode, "0.0.0.0", "true", false)).isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("KIS_FRONT").hasMessageContaining("CLIENTS_FILE");
    }
}
