package io.kisgateway.access;

import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.util.Arrays;
import java.util.List;

/**
 * What the settings say of who may come in.
 *
 * @param own            where the gateway listens
 * @param hosts          further names that it is reached by
 * @param origins        of other pages that may use the management port
 * @param maxConnections of the public port
 * @param simulated      whether KIS is simulated
 */
public record AccessSettings(List<String> own, List<String> hosts, List<String> origins, int maxConnections, boolean simulated) {

    public static AccessSettings from(Settings settings) {
        return new AccessSettings(List.of(settings.text(Setting.HOST), settings.text(Setting.MANAGEMENT_HOST)),
                list(settings, Setting.ALLOWED_HOSTS), list(settings, Setting.MANAGEMENT_ORIGINS), settings.integer(Setting.MAX_CONNECTIONS),
                settings.mode() == TradingMode.SIM);
    }

    private static List<String> list(Settings settings, Setting setting) {
        return settings.optional(setting).map(text -> Arrays.asList(text.split(",\\s*"))).orElse(List.of());
    }
}
