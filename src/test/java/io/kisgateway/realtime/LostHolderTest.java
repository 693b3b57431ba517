package io.kisgateway.realtime;

import static io.kisgateway.realtime.KisSocket.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The instance with the session is killed, or stopped for a while: another has it soon, and clients stay connected. */
@Execution(ExecutionMode.CONCURRENT)
class LostHolderTest {

    private static final String TRADES = "H0STCNT0";

    private final RedisProcess redis = RedisProcess.start(FreePort.next());
    private final Simulator kis =
            Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build());
    private final GatewayProcess first = gateway("realtime-first");
    private final GatewayProcess second = gateway("realtime-second");
    private KisSocket ofFirst;
    private KisSocket ofSecond;

    private GatewayProcess gateway(String name) {
        Map<String, String> settings = new HashMap<>(Rig.inFrontOf(kis));
        settings.putAll(Map.of("KIS_FRONT", "true", "KIS_WS_URL", kis.realtimeUrl(), "REDIS_URL", "redis://127.0.0.1:" + redis.port(),
                "RATE_LIMIT", "1000/second", "KIS_ACCOUNT_RATE", "1000/second"));
        return new GatewayProcess(name, settings).start();
    }

    @BeforeEach
    void bothListenAndTheFirstHasTheSession() {
        kis.realtime().rate(50);
        first.awaitReady();
        second.awaitReady();
        ofFirst = KisSocket.open(first.port(), "/");
        assertThat(code(ofFirst.register(TRADES, "005930"))).isEqualTo("OPSP0000");
        ofSecond = KisSocket.open(second.port(), "/");
        assertThat(code(ofSecond.register(TRADES, "005930"))).isEqualTo("OPSP0000");
        assertThat(kis.realtime().status().connections()).isEqualTo(1);
    }

    @AfterEach
    void close() {
        ofFirst.close();
        ofSecond.close();
        if (first.process().isAlive()) {
            signal("CONT");
            first.close();
        }
        second.close();
        kis.close();
        redis.close();
    }

    private void signal(String name) {
        try {
            Patience.awaitEnd(new ProcessBuilder(List.of("kill", "-" + name, Long.toString(first.process().pid()))).start());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void recordsComeAgain() {
        RealtimeRig.eventually(() -> assertThat(logs(second)).contains("This instance has the session"));
        ofSecond.messages().clear();
        ofSecond.record(TRADES, "005930");
    }

    private static String logs(GatewayProcess process) {
        return String.join("\n", process.lines());
    }

    @Test
    void oneThatIsKilledIsReplaced() {
        ofSecond.record(TRADES, "005930");
        first.kill();
        recordsComeAgain();
        assertThat(ofSecond.isClosed()).isFalse();
    }

    @Test
    void oneThatAwakesAgainTellsNothingTwice() {
        kis.realtime().lastComeWins(true);
        signal("STOP");
        recordsComeAgain();
        assertThat(ofSecond.isClosed()).isFalse();
        signal("CONT");
        RealtimeRig.eventually(() -> assertThat(logs(first)).contains("This instance gives up the session"));
        ofFirst.messages().clear();
        Set<String> told = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            // Each has the simulator's running volume.
            assertThat(told.add(ofFirst.record(TRADES, "005930"))).isTrue();
        }
        assertThat(kis.realtime().status().connections()).isEqualTo(1);
        assertThat(ofFirst.isClosed()).isFalse();
    }
}
