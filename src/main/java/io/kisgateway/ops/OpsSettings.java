package io.kisgateway.ops;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * What operators get.
 *
 * @param mode    of trading
 * @param address of the management port
 * @param tracing the collector that spans go to, if they do
 * @param openPlay whether a gateway that only plays, with the simulator, is open to other machines
 * @param webhook  who is told of what somebody must know at once, if anybody is
 * @param webhookQuiet for so long the same is not told again
 */
public record OpsSettings(String mode, ListenAddress address, Optional<String> tracing, boolean openPlay, Optional<URI> webhook,
        Duration webhookQuiet) {

    public static OpsSettings from(Settings settings) {
        return new OpsSettings(settings.mode().name(), ListenAddress.from(settings, Setting.MANAGEMENT_HOST, Setting.MANAGEMENT_PORT),
                settings.isOn(Setting.OTEL_ENABLED) ? settings.optional(Setting.OTEL_EXPORTER_OTLP_ENDPOINT) : Optional.empty(),
                settings.mode() == TradingMode.SIM && !isLoopback(settings.text(Setting.HOST)),
                settings.optional(Setting.ALERT_WEBHOOK).map(URI::create), settings.duration(Setting.ALERT_QUIET));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
