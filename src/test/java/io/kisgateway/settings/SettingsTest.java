package io.kisgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {

    private static final Map<String, String> CREDENTIALS = Map.of("KIS_APP_KEY", "key", "KIS_APP_SECRET", "very-secret",
            "KIS_ACCOUNT_NO", "12345678-01");

    @Test
    void nothingSetIsTheSimulatorWithTheContractsDefaults() {
        Settings settings = Settings.from(Map.of());

        assertThat(settings.mode()).isEqualTo(TradingMode.SIM);
        assertThat(settings.text(Setting.HOST)).isEqualTo("127.0.0.1");
        assertThat(settings.integer(Setting.PORT)).isEqualTo(8080);
        assertThat(settings.integer(Setting.MANAGEMENT_PORT)).isEqualTo(9876);
        assertThat(settings.duration(Setting.KIS_CONNECT_TIMEOUT_MS)).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.duration(Setting.KIS_READ_TIMEOUT_MS)).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.text(Setting.REDIS_URL)).isEqualTo("memory://");
        assertThat(settings.text(Setting.RATE_LIMIT)).isEqualTo("3 per second");
        assertThat(settings.integer(Setting.CIRCUIT_BREAKER_FAIL_MAX)).isEqualTo(20);
        assertThat(settings.duration(Setting.CIRCUIT_BREAKER_TIMEOUT)).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.optional(Setting.ROUTES_DIR)).isEmpty();
    }

    @Test
    void aGuardThatIsMisspeltIsNotPassedOverInSilence() {
        assertThat(Settings.misspelt(Map.of("MAX_ORDER_VALU", "1", "KIS_APP_SECRET_FIEL", "x", "MAX_ORDER_QUANTITY", "3",
                "KIS_APP_KEY_FILE", "/x", "HOME", "/x", "HOSTNAME", "x", "RATE_LIMIT_TRADING_BUY", "1/second")))
                .containsExactly("KIS_APP_SECRET_FIEL is no setting; did you mean KIS_APP_SECRET_FILE?",
                        "MAX_ORDER_VALU is no setting; did you mean MAX_ORDER_VALUE?");
    }

    @Test
    void emptyCountsAsUnsetAndBlanksAreTrimmed() {
        assertThat(Settings.from(Map.of("PORT", "")).integer(Setting.PORT)).isEqualTo(8080);
        assertThat(Settings.from(Map.of("PORT", " 9000 ")).integer(Setting.PORT)).isEqualTo(9000);
    }

    @ParameterizedTest
    @EnumSource(value = Setting.class)
    void everyDefaultIsAcceptable(Setting setting) {
        if (setting.defaultText() != null) {
            assertThat(setting.parse(setting.defaultText())).as(setting.name()).isNotNull();
        }
        assertThat(setting.meaning()).isNotBlank();
        assertThat(setting.mayHold()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TRADING_MODE | paper | one of SIM, MOCK, REAL",
        "PORT | http | a port, 0 to 65535",
        "PORT | 70000 | a port, 0 to 65535",
        "KIS_READ_TIMEOUT_MS | 0 | whole milliseconds, 100 to 120000",
        "KIS_READ_TIMEOUT_MS | 1.5 | whole milliseconds, 100 to 120000",
        "CIRCUIT_BREAKER_FAIL_MAX | -1 | a whole number from 1 to 10000",
        "CIRCUIT_BREAKER_TIMEOUT | soon | seconds, 0.1 to 86400",
        "KIS_BASE_URL | openapi.koreainvestment.com | http(s)://host[:port]",
    })
    void aMalformedValueNamesTheVariableWhatItHoldsAndWhatItMayHold(String variable, String text, String mayHold) {
        assertThatThrownBy(() -> Settings.from(Map.of(variable, text))).isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll(variable + " holds \"" + text + "\"", mayHold);
    }

    @Test
    void aMalformedSecretIsNotShown() {
        assertThatThrownBy(() -> Settings.from(Map.of("KIS_ACCOUNT_NO", "1234567801"))).isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("KIS_ACCOUNT_NO").hasMessageContaining("12345678-01").hasMessageNotContaining("1234567801");
        assertThatThrownBy(() -> Settings.from(Map.of("REDIS_URL", "http://user:hunter2@host"))).isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("REDIS_URL").hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({"MOCK,KIS_APP_KEY", "REAL,KIS_APP_SECRET", "REAL,KIS_ACCOUNT_NO"})
    void realModesNeedEveryCredential(String mode, String missing) {
        Map<String, String> environment = new HashMap<>(CREDENTIALS);
        environment.put("TRADING_MODE", mode);
        assertThat(Settings.from(environment).mode().name()).isEqualTo(mode);

        environment.remove(missing);
        assertThatThrownBy(() -> Settings.from(environment)).isInstanceOf(InvalidSetting.class)
                .hasMessageContainingAll(missing + " is missing", "TRADING_MODE=" + mode, missing + "_FILE")
                .hasMessageNotContaining("very-secret");
    }

    @Test
    void aCredentialCanComeFromAFileWithALineBreakAtItsEnd(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "very-secret\n");
        Map<String, String> environment = new HashMap<>(CREDENTIALS);
        environment.remove("KIS_APP_SECRET");
        environment.put("KIS_APP_SECRET_FILE", file.toString());
        environment.put("TRADING_MODE", "REAL");

        assertThat(Settings.from(environment).text(Setting.KIS_APP_SECRET)).isEqualTo("very-secret");

        environment.put("KIS_APP_SECRET", "other");
        assertThatThrownBy(() -> Settings.from(environment)).hasMessageContaining("both set");
        environment.remove("KIS_APP_SECRET");
        environment.put("KIS_APP_SECRET_FILE", folder.resolve("none").toString());
        assertThatThrownBy(() -> Settings.from(environment)).hasMessageContaining("KIS_APP_SECRET_FILE");
    }

    @Test
    void limitsOfSingleEndpointsAreKeptByVariable() {
        Settings settings = Settings.from(Map.of("RATE_LIMIT_TRADING_BUY", "1/second"));
        assertThat(settings.endpointLimits()).containsExactly(Map.entry("RATE_LIMIT_TRADING_BUY", "1/second"));
        assertThat(Settings.endpointLimitVariable("trading-buy")).isEqualTo("RATE_LIMIT_TRADING_BUY");
    }

    @Test
    void itsTextShowsNoSecret() {
        assertThat(Settings.from(CREDENTIALS).toString()).doesNotContain("very-secret", "12345678");
    }
}
