package io.kisgateway.campaign;

import static io.kisgateway.campaign.RealtimeListeners.CODES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.Rig;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One session with KIS, several instances, many listeners: nothing is lost, and nothing comes out of turn. */
class RealtimeLoadTest {

    private static final int LISTENERS = 1_000;
    private static final int PER_SECOND = Integer.getInteger("realtime.rate", 2_000);
    private static final int SECONDS = Integer.getInteger("realtime.seconds", 60);
    /** Until then the compilers are busy. */
    private static final int WARM_SECONDS = 30;
    private static final Duration LONGEST_CHANGE = Duration.ofSeconds(5);

    private final RedisProcess redis = RedisProcess.start(FreePort.next());
    private final Simulator kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO)
            .extraIssues(CODES).recordsPerSecond(0).build());
    private final RealtimeListeners listeners = new RealtimeListeners(kis);
    private final List<GatewayProcess> processes = new ArrayList<>();
    private final List<Gateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        listeners.close();
        gateways.forEach(Gateway::close);
        for (GatewayProcess process : processes) {
            process.close();
        }
        kis.close();
        redis.close();
    }

    private Map<String, String> settings() {
        return new HashMap<>(Map.of("KIS_FRONT", "true", "KIS_WS_URL", kis.realtimeUrl(), "REDIS_URL",
                "redis://127.0.0.1:" + redis.port(), "MAX_CONNECTIONS", "5000", "REALTIME_LISTENERS", "1000"));
    }

    private void listen(List<Integer> ports, int count, boolean json) throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Each issue is listened to on each instance.
            answers.add(listeners.open(ports.get(i / CODES % ports.size()), i % CODES, json));
        }
        for (CompletableFuture<String> answer : answers) {
            assertThat(Patience.result(answer)).contains(json ? "HTTP/1.1 200" : "OPSP0000");
        }
        assertThat(kis.realtime().status().registered()).hasSize(CODES);
        assertThat(kis.realtime().status().connections()).isEqualTo(1);
    }

    private void nothingIsMissing(List<RealtimeListeners.Listener> some) {
        await().until(() -> listeners.allHaveTheLast(some));
        assertThat(RealtimeListeners.lost(some)).isZero();
        assertThat(RealtimeListeners.disordered(some)).isZero();
    }

    @Test
    void nothingIsLostOrOutOfTurnOnAnyInstance() throws Exception {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Gateway gateway = Rig.gateway(kis, settings());
            gateways.add(gateway);
            ports.add(gateway.port());
        }
        listen(ports, 3 * CODES, false);
        // As fast as they go, but not for so long that a busy machine's Redis is a second behind: then instances miss some, and say so.
        for (int round = 0; round < 10; round++) {
            listeners.feed(5 * CODES, 0);
            nothingIsMissing(listeners.all());
        }

        assertThat(listeners.received()).isEqualTo(3L * 50 * CODES);
        assertThat(listeners.closed()).isZero();
    }

    private List<Integer> launch() {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Map<String, String> all = Rig.inFrontOf(kis);
            all.putAll(settings());
            // Unlike other campaigns': what is measured is how soon a gateway gets to it.
            processes.add(new GatewayProcess("realtime-load-" + i, all).jvm("-Xmx256m").measured().start());
        }
        processes.forEach(process -> ports.add(process.awaitReady().port()));
        return ports;
    }

    private static long residentMegabytes(GatewayProcess process) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.process().pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS")).map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Long> resident() {
        return processes.stream().filter(process -> process.process().isAlive()).map(RealtimeLoadTest::residentMegabytes).toList();
    }

    @Test
    @Tag("campaign")
    void aThousandClientsOfKisOnThreeInstances() throws Exception {
        aThousandListenersOnThreeInstances(false);
    }

    @Test
    @Tag("campaign")
    void aThousandJsonListenersOnThreeInstances() throws Exception {
        aThousandListenersOnThreeInstances(true);
    }

    private void aThousandListenersOnThreeInstances(boolean json) throws Exception {
        List<Integer> ports = launch();
        String protocol = json ? "server-sent events" : "KIS's protocol";
        try (Report report = new Report(json ? "realtime-json" : "realtime", LISTENERS + " listeners on three instances, by " + protocol
                + ", " + CODES + " registrations, " + PER_SECOND + " records a second for " + SECONDS + " s")) {
            listen(ports, LISTENERS, json);
            listeners.cheap();
            listeners.feed(WARM_SECONDS * PER_SECOND, PER_SECOND);
            nothingIsMissing(listeners.all());
            listeners.forgetLags();
            long before = listeners.received();
            report.row("memory before, MB", resident());
            Map<String, Duration> spent = spent();
            long start = System.nanoTime();
            listeners.feed(SECONDS * PER_SECOND, PER_SECOND);
            report.row("seconds it took", (System.nanoTime() - start) / 1_000_000_000L)
                    .row("memory after, MB", resident());
            await().until(() -> listeners.allHaveTheLast(listeners.all()));
            long messages = listeners.received() - before;
            report.row("messages", messages)
                    .row("lost", RealtimeListeners.lost(listeners.all()))
                    .row("out of turn", RealtimeListeners.disordered(listeners.all()))
                    .row("connections that ended", listeners.closed());
            for (int percent : new int[] {50, 90, 99}) {
                report.row("lag, " + percent + " %", listeners.lag(percent));
            }
            spent().forEach((who, now) -> report.row("processor time a message, µs: " + who,
                    Math.round(now.minus(spent.get(who)).toNanos() / 10.0 / messages) / 100.0));
            nothingIsMissing(listeners.all());
            assertThat(listeners.closed()).isZero();
        }
    }

    /** The processor time of each process so far. */
    private Map<String, Duration> spent() {
        Map<String, Duration> spent = new LinkedHashMap<>();
        for (GatewayProcess process : processes) {
            spent.put("gateway " + (processes.indexOf(process) + 1), time(process.process().toHandle()));
        }
        spent.put("Redis", time(redis.process().toHandle()));
        spent.put("listeners and simulator", time(ProcessHandle.current()));
        return spent;
    }

    private static Duration time(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Test
    @Tag("campaign")
    void theHolderIsKilledInTheMiddle() throws Exception {
        List<Integer> ports = launch();
        try (Report report = new Report("realtime-killed", LISTENERS + " listeners, and the instance with the session is killed")) {
            listen(ports, LISTENERS, false);
            listeners.feed(5 * PER_SECOND, PER_SECOND);
            nothingIsMissing(listeners.all());
            GatewayProcess holder = processes.stream()
                    .filter(process -> String.join("\n", process.lines()).contains("This instance has the session")).findFirst()
                    .orElseThrow();
            List<RealtimeListeners.Listener> others =
                    listeners.all().stream().filter(one -> one.port() != holder.port()).toList();
            holder.kill();
            listeners.feed(15 * PER_SECOND, PER_SECOND);
            await().until(() -> listeners.allHaveTheLast(others));
            report.row("longest without a record", RealtimeListeners.longestSilence(others).toMillis() + " ms")
                    .row("lost, of which each listener", RealtimeListeners.lost(others) / others.size())
                    .row("out of turn", RealtimeListeners.disordered(others))
                    .row("connections that ended", listeners.closed() + " of " + listeners.at(holder.port()).size());
            assertThat(RealtimeListeners.disordered(others)).isZero();
            assertThat(listeners.closed()).isEqualTo(listeners.at(holder.port()).size());
            assertThat(RealtimeListeners.longestSilence(others)).isLessThan(LONGEST_CHANGE.plusSeconds(1));
        }
    }
}
