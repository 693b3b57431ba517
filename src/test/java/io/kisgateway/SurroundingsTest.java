package io.kisgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said, and refused, of the place that the gateway is started in. */
class SurroundingsTest {

    private static final String SHARING = "mixed mode, sharing";

    private static List<String> warnings(List<String> jvmArguments, String jvm, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("KIS_APP_KEY", "k", "KIS_APP_SECRET", "s", "KIS_ACCOUNT_NO", "12345678-01"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return Surroundings.warnings(all, Settings.from(all), jvmArguments, jvm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MOCK", "REAL"})
    void onCloudRunNobodyTradesWithAJournalInFiles(String mode) {
        assertThatThrownBy(() -> warnings(List.of(), SHARING, "TRADING_MODE", mode, "K_SERVICE", "kis-gateway"))
                .isInstanceOf(InvalidSetting.class).hasMessageContaining("set REDIS_URL");
        assertThat(warnings(List.of(), SHARING, "TRADING_MODE", mode)).isEmpty();
        assertThat(warnings(List.of(), SHARING, "TRADING_MODE", "SIM", "K_SERVICE", "kis-gateway", "SHUTDOWN_TIMEOUT", "8")).isEmpty();
        assertThat(warnings(List.of(), SHARING, "TRADING_MODE", mode, "K_SERVICE", "kis-gateway", "SHUTDOWN_TIMEOUT", "8",
                "REDIS_URL", "redis://10.178.0.2:6379")).isEmpty();
    }

    @Test
    void onCloudRunThereAreTenSecondsToDrain() {
        assertThat(warnings(List.of(), SHARING, "TRADING_MODE", "REAL", "K_SERVICE", "kis-gateway", "REDIS_URL", "redis://10.178.0.2:6379"))
                .singleElement().asString().startsWith("SHUTDOWN_TIMEOUT=25 is longer than the 10 s");
    }

    @Test
    void aCacheThatIsNotUsedIsTold() {
        List<String> cached = List.of("-XX:AOTCache=kis-gateway.aot", "-XX:+UseZGC");
        // It once blamed the heap or the collector: a cache of other jars, or none at all, is as little used.
        assertThat(warnings(cached, "mixed mode")).singleElement().asString().startsWith("The ahead-of-time cache")
                .contains("-Xlog:aot").doesNotContain("collector", "differ");
        assertThat(warnings(cached, SHARING)).isEmpty();
        assertThat(warnings(List.of(), "mixed mode")).isEmpty();
    }

    @Test
    void aMisspeltSettingIsTold() {
        assertThat(warnings(List.of(), SHARING, "MAX_ORDER_VALU", "1")).singleElement().asString().startsWith("MAX_ORDER_VALU is no");
    }
}
