package io.kisgateway.realtime;

import io.kisgateway.settings.Settings;

/**
 * What an operator may set of realtime data.
 *
 * @param on whether it is offered
 */
public record RealtimeSettings(boolean on) {

    public static RealtimeSettings from(Settings settings) {
        return new RealtimeSettings(false);
    }
}
