package io.kisgateway.routes;

import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where routes come from, and the limits that are theirs.
 *
 * @param folder         of further routes, or null
 * @param reloads        whether its changes are taken over
 * @param trusts         whether its routes may do what no shipped route needs
 * @param limit          of an endpoint that has none of its own, as text
 * @param endpointLimits of those that have, by the variable that sets it
 * @param leftOut        files of the jar that do not serve
 * @param furtherLimits  names of what takes permits and is no endpoint
 */
public record RoutesSettings(Path folder, boolean reloads, boolean trusts, String limit, Map<String, String> endpointLimits,
        Supplier<Set<String>> furtherLimits, Set<String> leftOut) {

    public static RoutesSettings from(Settings settings, Supplier<Set<String>> furtherLimits, Set<String> leftOut) {
        Path folder = settings.optional(Setting.ROUTES_DIR).map(Path::of).orElse(null);
        return new RoutesSettings(folder, folder != null && settings.isOn(Setting.ROUTES_RELOAD),
                settings.text(Setting.ROUTES_TRUST).equals("ALL"),
                settings.text(Setting.RATE_LIMIT), settings.endpointLimits(), furtherLimits, leftOut);
    }

    String limit(String routeId) {
        return endpointLimits.getOrDefault(Settings.endpointLimitVariable(routeId), limit);
    }
}
