package io.kisgateway.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four thousand callers wait at four endpoints: neither health nor the fifth endpoint is slower for it. */
@Tag("campaign")
class FullQueuesTest {

    private static final int QUEUE = 1000;
    private static final int AT_ONCE = 250;
    private static final int ROUNDS = 1000;
    private static final long MOST_SLOWER_MICROS = 20_000;
    private static final List<String> FULL = List.of("market-data-snapshot", "market-data-daily-prices", "trading-buy", "trading-sell");

    private final Simulator kis =
            Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).extraIssues(Load.CODES)
                    .cash(100_000_000_000L).build());

    /** Each window lets a few through and the queue is four windows long; measured is inside one window. */
    private static long windowSeconds() {
        long now = Instant.now().getEpochSecond();
        long seconds = 70;
        while (seconds - now % seconds < 55) {
            seconds++;
        }
        return seconds;
    }

    private static Map<String, String> settings() {
        return new HashMap<>(Map.of("RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second",
                "RATE_LIMIT_WAIT_CAP", "300", "MAX_CONNECTIONS", "10000"));
    }

    @Test
    void queuesThatAreFullSlowNobodyElse() throws Exception {
        GatewayProcess idle = Launch.gateway("queues-idle", kis, settings());
        idle.awaitReady();
        GatewayProcess full = null;
        ScheduledExecutorService flood = Executors.newSingleThreadScheduledExecutor();
        try (Report report = new Report("full-queues", "Every queue full, beside an idle gateway at the same time")) {
            Map<String, String> settings = settings();
            long window = windowSeconds();
            FULL.forEach(id -> settings.put("RATE_LIMIT_" + id.toUpperCase(java.util.Locale.ROOT).replace('-', '_'),
                    AT_ONCE + " per " + window + " seconds"));
            full = Launch.gateway("queues-full", kis, settings);
            full.awaitReady();
            try (Probe a = new Probe(idle.port()); Probe b = new Probe(full.port())) {
                row(report, "both idle", rounds(a, b));
                Load load = new Load(List.of(full.url()), new AtomicInteger());
                List<CompletableFuture<?>> waiting = fill(load, full.url());
                await().untilAsserted(() -> {
                    JsonNode stats = b.get("/stats").at("/endpoints");
                    FULL.forEach(id -> assertThat(stats.at("/" + id + "/queue_length").intValue()).as(id).isEqualTo(QUEUE));
                });
                Figures figures = rounds(a, b);
                row(report, "queues full (" + FULL.size() + " of " + QUEUE + ")", figures);
                AtomicInteger flooded = new AtomicInteger();
                String door = full.url();
                var unused = flood.scheduleAtFixedRate(() -> {
                    var unusedReply = load.post(door, "/api/market-data/snapshot", Load.snapshot(flooded.incrementAndGet()).body());
                }, 0, 5, TimeUnit.MILLISECONDS);
                Figures stormy = rounds(a, b);
                flood.shutdownNow();
                row(report, "and 200 refusals a second", stormy);
                JsonNode stats = b.get("/stats").at("/endpoints");
                FULL.forEach(id -> report.row(id + " waiting at the end", stats.at("/" + id + "/queue_length").intValue()));
                report.row("requests flooded", flooded.get()).row("answered or waiting at four endpoints", waiting.size());
                assertThat(figures.slowerMicros()).isLessThanOrEqualTo(MOST_SLOWER_MICROS);
                assertThat(stormy.slowerMicros()).isLessThanOrEqualTo(MOST_SLOWER_MICROS);
            }
        } finally {
            flood.shutdownNow();
            idle.close();
            if (full != null) {
                full.kill();
            }
            kis.close();
        }
    }

    private static List<CompletableFuture<?>> fill(Load load, String door) {
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int i = 0; i < AT_ONCE + QUEUE + 50; i++) {
            String code = "\"stock_code\":\"" + (900_001 + i) + "\"";
            waiting.add(load.post(door, "/api/market-data/snapshot", "{" + code + "}", "Prefer", "wait=300"));
            waiting.add(load.post(door, "/api/market-data/daily-prices", "{" + code + "}", "Prefer", "wait=300"));
            waiting.add(load.post(door, "/api/trading/buy", "{" + code + ",\"quantity\":1}", "Prefer", "wait=300"));
            waiting.add(load.post(door, "/api/trading/sell", "{" + code + ",\"quantity\":1}", "Prefer", "wait=300"));
        }
        return waiting;
    }

    private record Figures(long[] idleHealth, long[] health, long[] idleBalance, long[] balance) {
        long slowerMicros() {
            return Math.max(p99(health) - p99(idleHealth), p99(balance) - p99(idleBalance));
        }
    }

    /** Both gateways in turn, so that whatever else this machine does falls upon both alike. */
    private static Figures rounds(Probe idle, Probe full) throws IOException {
        Figures figures = new Figures(new long[ROUNDS], new long[ROUNDS], new long[ROUNDS], new long[ROUNDS]);
        for (int i = -50; i < ROUNDS; i++) {
            int at = Math.max(0, i);
            figures.idleHealth[at] = health(idle);
            figures.health[at] = health(full);
            figures.idleBalance[at] = balance(idle);
            figures.balance[at] = balance(full);
        }
        return figures;
    }

    private static long health(Probe probe) throws IOException {
        long begin = System.nanoTime();
        assertThat(probe.get("/health").status()).isEqualTo(200);
        return (System.nanoTime() - begin) / 1000;
    }

    private static long balance(Probe probe) throws IOException {
        long begin = System.nanoTime();
        assertThat(probe.post("/api/account/balance", "{}", 5).status()).isEqualTo(200);
        return (System.nanoTime() - begin) / 1000;
    }

    private static long p99(long[] micros) {
        return at(micros, 99);
    }

    private static long at(long[] micros, int percent) {
        return java.util.Arrays.stream(micros).sorted().skip((long) micros.length * percent / 100).findFirst().orElseThrow();
    }

    private static void row(Report report, String what, Figures f) {
        report.row(what + ": /health p50, p99 (idle gateway; this one)", pair(f.idleHealth) + "; " + pair(f.health));
        report.row(what + ": balance p50, p99 (idle gateway; this one)", pair(f.idleBalance) + "; " + pair(f.balance));
    }

    private static String pair(long[] micros) {
        return String.format("%.1f, %.1f ms", at(micros, 50) / 1000.0, at(micros, 99) / 1000.0);
    }
}
