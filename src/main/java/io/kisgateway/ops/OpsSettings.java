package io.kisgateway.ops;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What operators get.
 *
 * @param mode    of trading
 * @param address of the management port
 * @param open    its paths that need no key where there are clients
 * @param jolokia whether JMX is offered over HTTP
 * @param wholeJmx whether JMX has the parts of routes as well, each step, endpoint and service
 * @param tracing the collector that spans go to, if they do
 * @param openPlay whether a gateway that only plays, with the simulator, is open to other machines
 * @param webhook  who is told of what somebody must know at once, if anybody is
 * @param webhookQuiet for so long the same is not told again
 */
public record OpsSettings(String mode, ListenAddress address, Set<String> open, boolean jolokia, boolean wholeJmx,
        Optional<String> tracing, boolean openPlay, Optional<URI> webhook, Duration webhookQuiet) {

    private static final Set<String> METRICS = Set.of("/metrics", "/observe/metrics");

    public static OpsSettings from(Settings settings) {
        Set<String> open = new HashSet<>(Set.of("/", "/health", "/health/live", "/health/ready"));
        open.addAll(ConsolePages.PATHS);
        if (!settings.isOn(Setting.METRICS_AUTH)) {
            open.addAll(METRICS);
        }
        return new OpsSettings(settings.mode().name(), ListenAddress.from(settings, Setting.MANAGEMENT_HOST, Setting.MANAGEMENT_PORT), open,
                settings.isOnOr(Setting.JOLOKIA, () -> ListenAddress.isThisMachine(settings.text(Setting.MANAGEMENT_HOST))),
                settings.isOnOr(Setting.JOLOKIA, () -> false),
                settings.isOn(Setting.OTEL_ENABLED) ? settings.optional(Setting.OTEL_EXPORTER_OTLP_ENDPOINT) : Optional.empty(),
                settings.mode() == TradingMode.SIM && !ListenAddress.isThisMachine(settings.text(Setting.HOST)),
                settings.optional(Setting.ALERT_WEBHOOK).map(URI::create), settings.duration(Setting.ALERT_QUIET));
    }
}
