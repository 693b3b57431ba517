package io.kisgateway.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/**
 * The simulator by itself. Settings are given as {@code name=value} arguments or as {@code SIM_NAME} in the
 * environment; arguments win. {@code docs/simulator.md} lists them.
 */
public final class SimulatorMain {

    private static final Set<String> NAMES = Set.of("host", "port", "fault-port", "mode", "app-key", "app-secret",
            "account", "rate", "ledger-rate", "seed", "market-hours", "reply-delay-ms", "keep-alive-idle-s",
            "token-interval-s", "cash", "extra-issues", "sticky-codes", "strict", "stubs");

    private SimulatorMain() {}

    public static void main(String[] args) throws InterruptedException {
        try {
            Simulator simulator = Simulator.start(options(args, System.getenv()));
            Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "simulator-stop"));
            System.out.println("KIS simulator (" + simulator.options().mode() + "): " + simulator.baseUrl()
                    + "  faults: " + simulator.adminUrl() + "/_sim");
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        new CountDownLatch(1).await();
    }

    static SimulatorOptions options(String[] args, Map<String, String> environment) {
        Map<String, String> given = new TreeMap<>();
        for (String name : NAMES) {
            String value = environment.get("SIM_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
            if (value != null && !value.isBlank()) {
                given.put(name, value.trim());
            }
        }
        for (String arg : args) {
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            if (equals < 0 || !NAMES.contains(name)) {
                throw new IllegalArgumentException("simulator: unknown argument " + name + ", known as name=value: "
                        + String.join(", ", new TreeSet<>(NAMES)));
            }
            given.put(name, arg.substring(equals + 1));
        }
        return new Given(given).options();
    }

    private record Given(Map<String, String> values) {

        SimulatorOptions options() {
            Mode mode = mode();
            Credentials usual = Credentials.defaults(mode);
            RateLimits rates = mode == Mode.REAL ? RateLimits.REAL : RateLimits.VIRTUAL;
            SimulatorOptions.Builder builder = SimulatorOptions.builder()
                    .host(values.getOrDefault("host", "127.0.0.1"))
                    .port((int) number("port", mode == Mode.REAL ? 9443 : 29443, 65_535))
                    .faultPort((int) number("fault-port", mode == Mode.REAL ? 9444 : 29444, 65_535))
                    .mode(mode)
                    .credentials(values.getOrDefault("app-key", usual.appKey()),
                            values.getOrDefault("app-secret", usual.appSecret()),
                            values.getOrDefault("account", usual.account()))
                    .rateLimits(new RateLimits((int) number("rate", rates.perSecond(), 100_000),
                            (int) number("ledger-rate", 0, 100_000)))
                    .marketHours(flag("market-hours"))
                    .strict(flag("strict"))
                    .stubs(flag("stubs"))
                    .replyDelay(Duration.ofMillis(number("reply-delay-ms", 0, 600_000)))
                    .keepAliveIdle(Duration.ofSeconds(number("keep-alive-idle-s", 0, 86_400)))
                    .tokenInterval(Duration.ofSeconds(number("token-interval-s", 60, 86_400)))
                    .cash(number("cash", 100_000_000, 1_000_000_000_000_000L))
                    .extraIssues((int) number("extra-issues", 0, 10_000));
            if (values.containsKey("seed")) {
                builder.seed(number("seed", 0, Long.MAX_VALUE));
            }
            if (values.containsKey("sticky-codes")) {
                builder.stickyCodes(Set.of(values.get("sticky-codes").split(",")));
            }
            return builder.build();
        }

        private Mode mode() {
            return switch (values.getOrDefault("mode", "real").toLowerCase(Locale.ROOT)) {
                case "real" -> Mode.REAL;
                case "virtual" -> Mode.VIRTUAL;
                default -> throw wrong("mode", "real or virtual");
            };
        }

        private boolean flag(String name) {
            return switch (values.getOrDefault(name, "false")) {
                case "true" -> true;
                case "false" -> false;
                default -> throw wrong(name, "true or false");
            };
        }

        private long number(String name, long otherwise, long most) {
            String value = values.get(name);
            if (value == null) {
                return otherwise;
            }
            if (!value.matches("[0-9]{1,18}") || Long.parseLong(value) > most) {
                throw wrong(name, "a whole number up to " + most);
            }
            return Long.parseLong(value);
        }

        private IllegalArgumentException wrong(String name, String allowed) {
            return new IllegalArgumentException("simulator: " + name + " is \"" + values.get(name) + "\", must be "
                    + allowed);
        }
    }
}
