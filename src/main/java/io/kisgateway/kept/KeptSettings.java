package io.kisgateway.kept;

import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What is kept, and where.
 *
 * @param scope      the environment: what one KIS says is not kept for another
 * @param lasts      whether it is worth keeping over a restart, or sharing
 * @param dataFolder where it is kept when there is no Redis
 */
public record KeptSettings(String scope, boolean lasts, Path dataFolder) {

    public static KeptSettings from(Settings settings) {
        return new KeptSettings(settings.mode().name().toLowerCase(Locale.ROOT), settings.mode() != TradingMode.SIM,
                Path.of(settings.text(Setting.DATA_DIR)));
    }
}
