package io.kisgateway.web;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.time.Duration;

/**
 * The public port.
 *
 * @param tracing whether a call that brought no trace begins one
 * @param idle    how long a connection may be silent, in a call or between calls
 */
public record EdgeSettings(ListenAddress address, boolean tracing, Duration idle) {

    private static final Duration LEAST_IDLE = Duration.ofSeconds(75);
    private static final Duration SLACK = Duration.ofSeconds(15);

    public static EdgeSettings from(Settings settings) {
        // A caller is silent while it waits for its permit, for those of further pages, and for KIS.
        Duration waits = settings.duration(Setting.RATE_LIMIT_WAIT_CAP).multipliedBy(2).plus(settings.duration(Setting.KIS_CALL_TIMEOUT_MS))
                .plus(SLACK);
        return new EdgeSettings(ListenAddress.from(settings, Setting.HOST, Setting.PORT), settings.isOn(Setting.OTEL_ENABLED),
                waits.compareTo(LEAST_IDLE) > 0 ? waits : LEAST_IDLE);
    }
}
