package io.kisgateway.realtime;

import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.awaitility.core.ThrowingRunnable;

/** Gateways with the front before one simulator of KIS, and clients of KIS at their ports. */
final class RealtimeRig implements AutoCloseable {

    final Simulator kis;
    private final List<Gateway> gateways = new ArrayList<>();
    private final List<KisSocket> sockets = new ArrayList<>();
    private final Map<String, String> settings;
    private final Clock clock;

    private RealtimeRig(Simulator kis, Map<String, String> settings, Clock clock) {
        this.kis = kis;
        this.clock = clock;
        this.settings = settings;
    }

    static RealtimeRig start(String... settings) {
        return start(options -> options, settings);
    }

    static RealtimeRig at(TestClock clock, String... settings) {
        return start(options -> options.clock(clock), clock, settings);
    }

    /** @param settings name, value, name, value */
    static RealtimeRig start(UnaryOperator<SimulatorOptions.Builder> options, String... settings) {
        return start(options, Clock.systemUTC(), settings);
    }

    private static RealtimeRig start(UnaryOperator<SimulatorOptions.Builder> options, Clock clock, String... settings) {
        Simulator kis = Simulator.start(options.apply(SimulatorOptions.builder().rateLimits(RateLimits.OFF)
                .tokenInterval(Duration.ZERO)).build());
        // Records come when a test wants them.
        kis.realtime().rate(0);
        Map<String, String> all = new HashMap<>(Map.of("KIS_FRONT", "true", "KIS_WS_URL", kis.realtimeUrl(), "RATE_LIMIT", "1000/second",
                "KIS_ACCOUNT_RATE", "1000/second"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        RealtimeRig rig = new RealtimeRig(kis, all, clock);
        rig.another();
        return rig;
    }

    /** @param more name, value, name, value */
    Gateway another(String... more) {
        Map<String, String> all = new HashMap<>(settings);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        Gateway gateway = Rig.gateway(kis, all, clock);
        gateways.add(gateway);
        return gateway;
    }

    Gateway gateway() {
        return gateways.get(0);
    }

    KisSocket socket() {
        return socket(gateway());
    }

    KisSocket socket(Gateway gateway) {
        KisSocket socket = KisSocket.open(gateway.port(), "/tryitout");
        sockets.add(socket);
        return socket;
    }

    /** What KIS has registered. */
    List<String> registered() {
        return kis.realtime().status().registered();
    }

    static void eventually(ThrowingRunnable assertion) {
        await().pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }

    @Override
    public void close() {
        sockets.forEach(KisSocket::close);
        gateways.forEach(Gateway::close);
        kis.close();
    }
}
