package io.kisgateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kisgateway.Gateway;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.management.MBeanServerFactory;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** A simulator and a gateway in front of it, both over real HTTP; the gateway believes it talks to KIS itself. */
public final class Rig implements AutoCloseable {

    /** A lock for a test that finds its gateway's beans among those of all gateways of the process. */
    public static final String JMX = "jmx";

    private final Simulator simulator;
    private final Gateway gateway;
    private final Http http;
    private final Http management;
    private final String context;

    private Rig(Simulator simulator, Begun begun) {
        this.simulator = simulator;
        this.gateway = begun.gateway();
        this.context = begun.context();
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
        return new Rig(simulator, begun(environment(simulator, settings), clock));
    }

    /** One more gateway in front of the same simulator. */
    public static Gateway gateway(Simulator simulator, Map<String, String> settings) {
        return gateway(simulator, settings, Clock.systemUTC());
    }

    public static Gateway gateway(Simulator simulator, Map<String, String> settings, Clock clock) {
        return begin(environment(simulator, settings), clock);
    }

    private static Map<String, String> environment(Simulator simulator, Map<String, String> settings) {
        Map<String, String> environment = inFrontOf(simulator);
        environment.put("PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        environment.put("SHUTDOWN_TIMEOUT", "5");
        environment.put("DATA_DIR", TestFolder.create().toString());
        environment.putAll(settings);
        return environment;
    }

    /** Starts a gateway that is no rig's. */
    public static Gateway begin(Map<String, String> environment, Clock clock) {
        return begun(environment, clock).gateway();
    }

    /** @param context its name in the process's JMX; null unless {@link #showBeans} was called before */
    private record Begun(Gateway gateway, String context) {}

    /** One after another: two gateways that begin at the same moment would both take the same name in the process's JMX. */
    private static synchronized Begun begun(Map<String, String> environment, Clock clock) {
        try {
            Set<String> before = contexts();
            Gateway gateway = Gateway.start(environment, clock);
            return new Begun(gateway, contexts().stream().filter(one -> !before.contains(one)).findFirst().orElse(null));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> contexts() throws MalformedObjectNameException {
        ObjectName all = new ObjectName("org.apache.camel:type=context,*");
        return MBeanServerFactory.findMBeanServer(null).stream().flatMap(server -> server.queryNames(all, null).stream())
                .map(name -> name.getKeyProperty("context")).collect(Collectors.toSet());
    }

    /** Gateways that begin from now on show their beans at once, under names of their own. */
    public static void showBeans() {
        ManagementFactory.getPlatformMBeanServer();
    }

    /** The name of the only bean of this gateway that a pattern like {@code org.apache.camel:type=health,*} fits, as JSON text. */
    public String bean(String pattern) {
        String own = pattern.replaceFirst(":", ":context=" + Objects.requireNonNull(context, "showBeans was not called") + ",");
        JsonNode found =
                management.post("/jolokia", JsonNodeFactory.instance.objectNode().put("type", "search").put("mbean", own).toString())
                        .at("/value");
        if (found.size() != 1) {
            throw new AssertionError(own + ": " + found);
        }
        return found.get(0).asText().replace("\"", "\\\"");
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
