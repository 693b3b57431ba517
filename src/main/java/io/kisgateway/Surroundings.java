package io.kisgateway;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether the gateway may trade where it was started, and what is not as it should be there. */
final class Surroundings {

    /** Cloud Run sets it. */
    private static final String CLOUD_RUN = "K_SERVICE";
    private static final Duration CLOUD_RUN_ENDS_AFTER = Duration.ofSeconds(10);
    private static final String CACHE = "-XX:AOTCache=";

    private Surroundings() {}

    /**
     * @param environment  variables by name
     * @param jvmArguments what Java was started with
     * @param jvm          Java's {@code java.vm.info}
     * @return a sentence for each thing that is not as it should be
     * @throws InvalidSetting if orders would not be safe here
     */
    static List<String> warnings(Map<String, String> environment, Settings settings, List<String> jvmArguments, String jvm) {
        List<String> warnings = new ArrayList<>(Settings.misspelt(environment));
        if (!environment.getOrDefault(CLOUD_RUN, "").isBlank()) {
            cloudRun(settings, warnings);
        }
        // Java says so itself, in lines that are no JSON and that nobody filters for.
        if (jvmArguments.stream().anyMatch(argument -> argument.startsWith(CACHE)) && !jvm.contains("sharing")) {
            warnings.add("The ahead-of-time cache of classes is not used, so the start takes some seconds longer. Java says why with"
                    + " JAVA_OPTS=-Xlog:aot; what it needs is in docs/deploy.md");
        }
        return warnings;
    }

    private static void cloudRun(Settings settings, List<String> warnings) {
        if (settings.mode() != TradingMode.SIM && settings.text(Setting.REDIS_URL).startsWith("memory:")) {
            throw InvalidSetting
                    .because("On Cloud Run (K_SERVICE is set) files end with the container, and with them the journal of orders:"
                            + " set REDIS_URL");
        }
        Duration drain = settings.duration(Setting.SHUTDOWN_TIMEOUT);
        if (drain.compareTo(CLOUD_RUN_ENDS_AFTER) >= 0) {
            warnings.add("SHUTDOWN_TIMEOUT=" + drain.toSeconds() + " is longer than the 10 s that Cloud Run gives between SIGTERM and the"
                    + " end; running calls would be cut off: set it to 8");
        }
    }
}
