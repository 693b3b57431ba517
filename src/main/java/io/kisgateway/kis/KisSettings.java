package io.kisgateway.kis;

import io.kisgateway.runtime.Sha256;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/**
 * Which KIS, whose account, and how long to wait for it.
 *
 * @param connections  calls to KIS at the same time
 * @param failMax      consecutive failures that open the breaker
 * @param resetTimeout from its opening to the trial call
 */
public record KisSettings(KisEnvironment environment, KisCredentials credentials, KisTimeouts timeouts, int connections,
        int failMax, Duration resetTimeout) {

    /** Facts 1.1. */
    private static final String REAL_URL = "https://openapi.koreainvestment.com:9443";
    private static final String MOCK_URL = "https://openapivts.koreainvestment.com:29443";

    public static KisSettings from(Settings settings) {
        TradingMode mode = settings.mode();
        String url = settings.optional(Setting.KIS_BASE_URL).orElse(mode == TradingMode.REAL ? REAL_URL : MOCK_URL);
        requireTls(url, settings);
        String[] account = settings.text(Setting.KIS_ACCOUNT_NO).split("-");
        return new KisSettings(
                new KisEnvironment(mode.name(), mode == TradingMode.MOCK, URI.create(url.replaceFirst("/$", ""))),
                new KisCredentials(settings.text(Setting.KIS_APP_KEY), settings.text(Setting.KIS_APP_SECRET), account[0], account[1]),
                new KisTimeouts(settings.duration(Setting.KIS_CONNECT_TIMEOUT_MS), settings.duration(Setting.KIS_READ_TIMEOUT_MS),
                        settings.duration(Setting.KIS_CALL_TIMEOUT_MS)),
                settings.integer(Setting.KIS_CONNECTIONS), settings.integer(Setting.CIRCUIT_BREAKER_FAIL_MAX),
                settings.duration(Setting.CIRCUIT_BREAKER_TIMEOUT));
    }

    /** App key, app secret, token and orders go there. */
    private static void requireTls(String url, Settings settings) {
        String host = URI.create(url).getHost();
        boolean here = host != null && (host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}"));
        if (url.startsWith("http://") && !here && !settings.isOn(Setting.KIS_PLAIN_HTTP)) {
            throw InvalidSetting
                    .because(Setting.KIS_BASE_URL + " is http to another machine, where credentials and orders would go in clear;"
                            + " it may be https, or http with " + Setting.KIS_PLAIN_HTTP + "=true");
        }
    }

    /** What one KIS and one app key share among instances. */
    String scope() {
        return environment.name().toLowerCase(Locale.ROOT) + "-" + Sha256.hex(credentials.appKey(), 8);
    }
}
