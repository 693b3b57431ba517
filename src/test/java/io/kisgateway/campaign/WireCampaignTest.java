package io.kisgateway.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Calls.Arrival;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisSentinel;
import redis.embedded.RedisShardedCluster;
import redis.embedded.core.RedisSentinelBuilder;
import redis.embedded.core.RedisServerBuilder;

/** Three gateway processes and fifty callers of one endpoint, counted where the calls arrive, through all that may happen. */
@Tag("campaign")
class WireCampaignTest {

    private static final int LIMIT = 3;
    private static final int CALLERS = 50;

    private final Simulator kis = Simulator.start(SimulatorOptions.builder().extraIssues(Load.CODES).build());
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    /** Since when, and until when, any of them limited by itself. */
    private volatile Instant degradedFrom;
    private volatile Instant degradedUntil;
    private final AtomicInteger numbers = new AtomicInteger();

    @AfterEach
    void stop() throws Exception {
        watch.shutdownNow();
        gateways.parallelStream().forEach(GatewayProcess::close);
        while (!open.isEmpty()) {
            open.pop().close();
        }
        kis.close();
    }

    private void gateways(String name, String redis, List<Map<String, String>> own) {
        for (int i = 0; i < own.size(); i++) {
            Map<String, String> settings = new HashMap<>(own.get(i));
            settings.put("REDIS_URL", redis);
            gateways.add(Launch.gateway(name + "-" + (i + 1), kis, settings));
        }
        gateways.forEach(GatewayProcess::awaitReady);
        gateways.forEach(g -> await().until(() -> !degraded(g)));
        var unused = watch.scheduleWithFixedDelay(this::look, 0, 100, TimeUnit.MILLISECONDS);
    }

    private void gateways(String name, String redis) {
        gateways(name, redis, List.of(Map.of(), Map.of(), Map.of()));
    }

    private static boolean degraded(GatewayProcess gateway) throws IOException {
        try (Probe probe = new Probe(gateway.port())) {
            return probe.get("/health").at("/rate_limiter/degraded").asBoolean();
        }
    }

    private void look() {
        for (GatewayProcess gateway : gateways) {
            try {
                if (degraded(gateway)) {
                    degradedFrom = degradedFrom == null ? Instant.now() : degradedFrom;
                    degradedUntil = Instant.now();
                }
            } catch (IOException e) {
                // killed
            }
        }
    }

    private String redis(Deque<RedisProcess> process) {
        int port = FreePort.next();
        RedisProcess redis = RedisProcess.start(port);
        process.push(redis);
        open.push(() -> process.peek().close());
        return "redis://127.0.0.1:" + port;
    }

    private static void runs(int seconds) {
        await().pollDelay(Duration.ofSeconds(seconds)).atMost(Duration.ofSeconds(seconds + 5)).until(() -> true);
    }

    /** How far its clock is ahead of this machine's: its last line in the log, by its own clock and by the file's. */
    private static long clockAheadSeconds(GatewayProcess gateway) {
        try {
            List<String> lines = gateway.lines();
            OffsetDateTime said = OffsetDateTime.parse(lines.get(lines.size() - 1).split(" ")[0]);
            return Duration.between(Files.getLastModifiedTime(gateway.log()).toInstant(), said.toInstant()).toSeconds();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void warm(GatewayProcess gateway) {
        try (Probe probe = new Probe(gateway.port())) {
            for (int i = 0; i < 300; i++) {
                probe.post("/api/market-data/daily-prices", "{\"stock_code\":\"005930\"}", i % 50 == 0 ? 5 : 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Event {
        void happen() throws Exception;
    }

    /** What was seen of one run; the first second and the last are not whole. */
    private record Seen(List<Arrival> arrivals, SortedMap<Long, Integer> windows, Load load) {}

    /** Runs the load, lets the event happen a third on, writes the table and holds what must hold in every run. */
    private Seen run(String name, String title, int seconds, Event event, String... headers) throws Exception {
        Load load = new Load(gateways.stream().map(GatewayProcess::url).toList(), numbers, headers);
        // Connections and code are warm, and the token is there, before it counts.
        gateways.forEach(WireCampaignTest::warm);
        runs(1);
        degradedFrom = null;
        degradedUntil = null;
        Instant begin = Instant.now();
        Stalls stalls = new Stalls();
        load.start(CALLERS, 100, Load::snapshot);
        Instant happened = null;
        String before = "never";
        if (event == null) {
            runs(seconds);
        } else {
            runs(seconds / 3);
            before = degradedFrom == null ? "never" : "for a moment";
            degradedFrom = null;
            degradedUntil = null;
            happened = Instant.now();
            event.happen();
            long left = Duration.between(Instant.now(), begin.plusSeconds(seconds)).toMillis();
            await().pollDelay(Duration.ofMillis(Math.max(1, left))).atMost(Duration.ofSeconds(seconds)).until(() -> true);
        }
        Instant end = Instant.now();
        load.end(Duration.ofSeconds(40));
        stalls.close();

        List<Arrival> calls = kis.calls().on("inquire-price").stream().filter(a -> !a.at().isBefore(begin)).toList();
        List<Arrival> all = kis.calls().list().stream().filter(a -> !a.at().isBefore(begin)).toList();
        SortedMap<Long, Integer> windows = Wire.windows(calls, begin, end);
        try (Report report = new Report(name, title)) {
            report.row("gateways, callers, seconds", gateways.size() + ", " + CALLERS + ", " + seconds)
                    .row("calls of the endpoint at KIS", calls.size())
                    .row("most in a window (limit " + LIMIT + ")", Wire.mostInWindow(calls))
                    .row("windows over the limit", windows.values().stream().filter(n -> n > LIMIT).count())
                    .row("longest stall of this machine", stalls.longest() + " ms")
                    .row("most in any second, wherever it begins (fixed windows: up to " + 2 * LIMIT + ")", Wire.mostInSecond(calls))
                    .row("most in any second, account (limit 15)", Wire.mostInSecond(all))
                    .row("share of slots used", String.format("%.1f %% of %d windows", Wire.used(windows, LIMIT), windows.size()));
            if (happened != null) {
                report.row("share used before", String.format("%.1f %%", Wire.used(windows.headMap(happened.getEpochSecond()), LIMIT)));
                Instant over = degradedUntil == null ? happened : degradedUntil;
                report.row("some gateway limited by itself before", before);
                report.row("some gateway limited by itself after", degradedFrom == null ? "never"
                        : String.format("from %.1f s to %.1f s after the event",
                                Duration.between(happened, degradedFrom).toMillis() / 1000.0,
                                Duration.between(happened, degradedUntil).toMillis() / 1000.0));
                report.row("share used meanwhile", String.format("%.1f %%",
                        Wire.used(windows.subMap(happened.getEpochSecond(), over.getEpochSecond() + 1), LIMIT)));
                report.row("share used from 4 s after",
                        String.format("%.1f %%", Wire.used(windows.tailMap(over.getEpochSecond() + 5), LIMIT)));
                report.row("window of the event", happened.getEpochSecond() - begin.getEpochSecond());
            }
            report.row("asked earlier, arrived later (50 ms apart)", Wire.order(load.samples, calls, 50))
                    .row("answers", load.answers())
                    .row("slowest reply, slowest refusal", slowest(load, true) + " ms, " + slowest(load, false) + " ms")
                    .row("KIS said too many", kis.calls().rateViolations())
                    .row("calls in each window", windows.values().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
        assertThat(Wire.mostInWindow(calls)).isLessThanOrEqualTo(LIMIT);
        assertThat(Wire.mostInSecond(all)).isLessThanOrEqualTo(15);
        assertThat(kis.calls().rateViolations()).isZero();
        return new Seen(calls, windows, load);
    }

    private static long slowest(Load load, boolean served) {
        return load.samples.stream().filter(s -> s.served() == served && s.status() != 0).mapToLong(Load.Sample::millis).max().orElse(0);
    }

    private static void assertOnly(Seen seen, String... answers) {
        assertThat(seen.load().answers().keySet()).isSubsetOf(Set.of(answers));
    }

    private static void assertFullFrom(Seen seen, Instant from) {
        assertThat(Wire.used(seen.windows().tailMap(from.getEpochSecond()), LIMIT)).isGreaterThanOrEqualTo(99);
    }

    @Test
    void aMinuteOfFiftyCallersWhoWait() throws Exception {
        gateways("patient", redis(new ArrayDeque<>()));
        Seen seen = run("steady-patient", "A minute of fifty callers, Prefer: wait=30", 60, null, "Prefer", "wait=30");
        assertOnly(seen, "200");
        assertFullFrom(seen, Instant.EPOCH);
        assertThat(Wire.order(seen.load().samples, seen.arrivals(), 50).inversions()).isZero();
    }

    @Test
    void aMinuteOfFiftyCallersOfTheUsualPatience() throws Exception {
        gateways("usual", redis(new ArrayDeque<>()));
        Seen seen = run("steady-usual", "A minute of fifty callers of the usual patience (5 s), back 100 ms after a refusal", 60, null);
        assertOnly(seen, "200", "429 RATE_LIMITED");
        assertFullFrom(seen, Instant.EPOCH);
    }

    @Test
    void oneGatewayIsKilled() throws Exception {
        gateways("kill", redis(new ArrayDeque<>()));
        Seen seen = run("kill", "kill -9 of one gateway", 30, () -> gateways.get(1).kill());
        assertOnly(seen, "200", "429 RATE_LIMITED", "no reply");
        assertFullFrom(seen, Instant.ofEpochSecond(seen.windows().firstKey() + 10 + 8));
    }

    @Test
    void redisIsStoppedAndStarted() throws Exception {
        Deque<RedisProcess> redis = new ArrayDeque<>();
        String url = redis(redis);
        gateways("restart", url);
        Seen seen = run("redis-restart", "Redis stopped for 5 s, and started empty", 36, () -> {
            redis.peek().close();
            runs(5);
            redis.push(RedisProcess.start(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1))));
        });
        assertOnly(seen, "200", "429 RATE_LIMITED");
        assertThat(degradedFrom).isNotNull();
        assertFullFrom(seen, degradedUntil.plusSeconds(6));
    }

    @Test
    void redisIsFrozen() throws Exception {
        Deque<RedisProcess> redis = new ArrayDeque<>();
        gateways("frozen", redis(redis));
        Seen seen = run("redis-frozen", "Redis frozen (SIGSTOP) for 5 s", 36, () -> {
            redis.peek().freeze();
            runs(5);
            redis.peek().thaw();
        });
        assertOnly(seen, "200", "429 RATE_LIMITED");
        assertThat(degradedFrom).isNotNull();
        assertFullFrom(seen, degradedUntil.plusSeconds(6));
    }

    @Test
    void sentinelFailsOver() throws Exception {
        int one = FreePort.next();
        int two = FreePort.next();
        int port = FreePort.next();
        RedisProcess first = RedisProcess.start(one);
        open.push(first);
        open.push(RedisProcess.start(two, "replicaof 127.0.0.1 " + one));
        RedisSentinel sentinel = new RedisSentinelBuilder().bind("127.0.0.1").port(port).masterPort(one).masterName("kis")
                .quorumSize(1).downAfterMilliseconds(1000).failOverTimeout(3000).build();
        sentinel.start();
        open.push(sentinel::stop);
        runs(2);
        gateways("sentinel", "redis-sentinel://127.0.0.1:" + port + "/kis");
        Seen seen = run("sentinel", "Failover with Sentinel: the master is killed", 42, first::kill);
        assertOnly(seen, "200", "429 RATE_LIMITED");
        assertThat(degradedFrom).isNotNull();
        assertFullFrom(seen, degradedUntil.plusSeconds(6));
    }

    @Test
    void aClusterOfThree() throws Exception {
        RedisShardedCluster cluster = RedisShardedCluster.newRedisCluster()
                .withServerBuilder(new RedisServerBuilder().bind("127.0.0.1").setting("save \"\""))
                .serverPorts(List.of(FreePort.next(), FreePort.next(), FreePort.next()))
                .shard("a", 0).shard("b", 0).shard("c", 0).build();
        cluster.start();
        open.push(cluster::stop);
        gateways("cluster", "redis-cluster://127.0.0.1:" + cluster.serverPorts().get(0) + ",127.0.0.1:" + cluster.serverPorts().get(1));
        Seen seen = run("cluster", "Redis Cluster of three masters", 20, null);
        assertOnly(seen, "200", "429 RATE_LIMITED");
        assertFullFrom(seen, Instant.EPOCH);
    }

    /** Needs libfaketime, which shifts the clock of a process; without it this fails, rather than pass as skipped. */
    @Test
    void clocksTenSecondsApart() throws Exception {
        Path library = library();
        assertThat(library).as("libfaketime must be installed").isNotNull();
        List<Map<String, String>> own = Stream.of("-10s", "+0s", "+10s").map(shift -> Map.of("LD_PRELOAD", library.toString(),
                "FAKETIME", shift, "FAKETIME_DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0")).toList();
        gateways("clocks", redis(new ArrayDeque<>()), own);
        List<Long> ahead = gateways.stream().map(WireCampaignTest::clockAheadSeconds).toList();
        assertThat(ahead.get(0)).isBetween(-12L, -8L);
        assertThat(ahead.get(1)).isBetween(-2L, 2L);
        assertThat(ahead.get(2)).isBetween(8L, 12L);
        Seen seen = run("clocks", "Clocks of the gateways 10 s apart (ahead by " + ahead + " s)", 20, null);
        assertOnly(seen, "200", "429 RATE_LIMITED");
        assertFullFrom(seen, Instant.EPOCH);
    }

    private static Path library() throws IOException {
        try (Stream<Path> files = Files.find(Path.of("/usr/lib"), 3, (path, a) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
            return files.findFirst().orElse(null);
        }
    }
}
