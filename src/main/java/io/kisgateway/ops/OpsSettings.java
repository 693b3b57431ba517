package io.kisgateway.ops;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.util.Optional;

/**
 * What operators get.
 *
 * @param mode    of trading
 * @param address of the management port
 * @param tracing the collector that spans go to, if they do
 */
public record OpsSettings(String mode, ListenAddress address, Optional<String> tracing) {

    public static OpsSettings from(Settings settings) {
        return new OpsSettings(settings.mode().name(), ListenAddress.from(settings, Setting.MANAGEMENT_HOST, Setting.MANAGEMENT_PORT),
                settings.isOn(Setting.OTEL_ENABLED) ? settings.optional(Setting.OTEL_EXPORTER_OTLP_ENDPOINT) : Optional.empty());
    }
}
