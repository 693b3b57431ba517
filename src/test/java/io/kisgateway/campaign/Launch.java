package io.kisgateway.campaign;

import io.kisgateway.simulator.Simulator;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Rig;
import java.nio.file.Path;
import java.util.Map;

/** Gateways as they run in earnest, in front of a simulator in this process. */
final class Launch {

    /** Where reports are written. */
    static final Path FOLDER = Path.of("target", "campaign");

    private Launch() {}

    /** Begins to start one. */
    static GatewayProcess gateway(String name, Simulator kis, Map<String, String> settings) {
        return gateway(name, kis, settings, "-Xmx256m");
    }

    static GatewayProcess gateway(String name, Simulator kis, Map<String, String> settings, String... jvm) {
        Map<String, String> all = Rig.inFrontOf(kis);
        all.put("SHUTDOWN_TIMEOUT", "1");
        all.putAll(settings);
        // Arrivals are told the time in this process: it must not wait for a processor that the gateways have.
        return new GatewayProcess(name, all).jvm(jvm).measured().yielding().start();
    }
}
