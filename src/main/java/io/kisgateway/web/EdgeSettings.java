package io.kisgateway.web;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;

/**
 * The public port.
 *
 * @param tracing whether a call that brought no trace begins one
 */
public record EdgeSettings(ListenAddress address, boolean tracing) {

    public static EdgeSettings from(Settings settings) {
        return new EdgeSettings(ListenAddress.from(settings, Setting.HOST, Setting.PORT), settings.isOn(Setting.OTEL_ENABLED));
    }
}
