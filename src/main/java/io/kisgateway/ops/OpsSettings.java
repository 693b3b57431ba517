package io.kisgateway.ops;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * What operators get.
 *
 * @param mode    of trading
 * @param address of the management port
 * @param tracing the collector that spans go to, if they do
 * @param openPlay whether a gateway that only plays, with the simulator, is open to other machines
 */
public record OpsSettings(String mode, ListenAddress address, Optional<String> tracing,
        boolean openPlay) {

    public static OpsSettings from(Settings settings) {
        return new OpsSettings(settings.mode().name(), ListenAddress.from(settings, Setting.MANAGEMENT_HOST, Setting.MANAGEMENT_PORT),
                settings.isOn(Setting.OTEL_ENABLED) ? settings.optional(Setting.OTEL_EXPORTER_OTLP_ENDPOINT) : Optional.empty(),
                settings.mode() == TradingMode.SIM && !isLoopback(settings.text(Setting.HOST)));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
