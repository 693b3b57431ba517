package io.kisgateway.testing;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A simulator and a gateway in front of it, both over real HTTP; the gateway believes it talks to KIS itself. */
public final class Rig implements AutoCloseable {

    /** A lock for a test that finds its gateway's beans among those of all gateways of the process. */
    public static final String JMX = "jmx";

    private final Simulator simulator;
    private final Gateway gateway;
    private final Http http;
    private final Http management;

    private Rig(Simulator simulator, Gateway gateway) {
        this.simulator = simulator;
        this.gateway = gateway;
        this.http = Http.checked("http://127.0.0.1:" + gateway.port());
        this.management = new Http("http://127.0.0.1:" + gateway.managementPort());
    }

    /** No limit of the gateway or of KIS stands in the way. */
    public static Rig unlimited(String... settings) {
        return start(options -> options, Mode.REAL, withDefaults(Map.of("RATE_LIMIT", "100000 per second",
                "KIS_ACCOUNT_RATE", "100000/second"), settings));
    }

    /** @param settings name, value, name, value */
    public static Rig start(UnaryOperator<SimulatorOptions.Builder> simulator, Mode mode, String... settings) {
        return start(simulator, mode, withDefaults(Map.of(), settings));
    }

    /** Simulator and gateway go by this clock; no limit of either stands in the way. */
    public static Rig at(TestClock clock, String... settings) {
        return start(options -> options.clock(clock), Mode.REAL, withDefaults(Map.of("RATE_LIMIT", "100000 per second",
                "KIS_ACCOUNT_RATE", "100000/second"), settings), clock);
    }

    private static Map<String, String> withDefaults(Map<String, String> defaults, String... settings) {
        Map<String, String> all = new HashMap<>(defaults);
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return all;
    }

    private static Rig start(UnaryOperator<SimulatorOptions.Builder> options, Mode mode, Map<String, String> settings) {
        return start(options, mode, settings, Clock.systemUTC());
    }

    private static Rig start(UnaryOperator<SimulatorOptions.Builder> options, Mode mode, Map<String, String> settings, Clock clock) {
        Simulator simulator = Simulator.start(options.apply(SimulatorOptions.builder().mode(mode)
                .rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO)).build());
        return new Rig(simulator, gateway(simulator, settings, clock));
    }

    /** One more gateway in front of the same simulator. */
    public static Gateway gateway(Simulator simulator, Map<String, String> settings) {
        return gateway(simulator, settings, Clock.systemUTC());
    }

    public static Gateway gateway(Simulator simulator, Map<String, String> settings, Clock clock) {
        Map<String, String> environment = inFrontOf(simulator);
        environment.put("PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        environment.put("SHUTDOWN_TIMEOUT", "5");
        environment.put("DATA_DIR", TestFolder.create().toString());
        environment.putAll(settings);
        return begin(environment, clock);
    }

    /** One after another: two gateways that begin at the same moment would both take the same name in the process's JMX. */
    public static synchronized Gateway begin(Map<String, String> environment, Clock clock) {
        try {
            return Gateway.start(environment, clock);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The settings of a gateway that believes this to be KIS. */
    public static Map<String, String> inFrontOf(Simulator simulator) {
        return new HashMap<>(Map.of(
                "TRADING_MODE", simulator.options().mode() == Mode.REAL ? "REAL" : "MOCK",
                "KIS_BASE_URL", simulator.baseUrl(),
                "KIS_WS_URL", simulator.realtimeUrl(),
                "KIS_APP_KEY", simulator.options().credentials().appKey(),
                "KIS_APP_SECRET", simulator.options().credentials().appSecret(),
                "KIS_ACCOUNT_NO", simulator.options().credentials().account()));
    }

    public Simulator simulator() {
        return simulator;
    }

    public Gateway gateway() {
        return gateway;
    }

    /** The public door; every request and reply is held against the OpenAPI document. */
    public Http http() {
        return http;
    }

    /** The operators' door. */
    public Http management() {
        return management;
    }

    @Override
    public void close() {
        gateway.close();
        simulator.close();
    }
}
