package io.kisgateway.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.TestRoute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Route files saved again and again while callers call: no reply is lost or goes back in time, and nothing is left over. */
class SavesCampaignTest {

    private static final int CALLERS = 8;
    private static final String PATH = "/api/test/flows";
    private static final String BODY = "{\"stock_code\":\"005930\"}";
    private static final Pattern COMMITTED = Pattern.compile("Total: reserved=\\d+KB, committed=(\\d+)KB");

    @TempDir
    private Path folder;
    private final Simulator kis =
            Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build());
    private final ScheduledExecutorService callers = Executors.newScheduledThreadPool(CALLERS);
    private final List<Probe> probes = new ArrayList<>();
    /** The newest save that a reply has shown. */
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicLong answered = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Long> millis = new ArrayList<>();
    private GatewayProcess gateway;

    /** What a gateway has after some saves and a collection of garbage. */
    private record Size(long heapKb, long committedKb, int threads, int classes, int beans, long metrics, int routes) {

        @Override
        public String toString() {
            return "heap %,d KiB, all memory of the JVM %,d KiB, threads %d, classes %,d, MBeans %d, lines of metrics %,d, routes %d"
                    .formatted(heapKb, committedKb, threads, classes, beans, metrics, routes);
        }
    }

    @AfterEach
    void stop() throws IOException {
        callers.shutdownNow();
        for (Probe probe : probes) {
            probe.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        kis.close();
    }

    private void save(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String inline(int mark) {
        return "{uri: \"reply:inline\", parameters: {template: '{\"data\": {\"mark\": " + mark + ", \"days\": size(.output)}}'}}";
    }

    /** @param pause of each caller between two calls, milliseconds */
    private void launch(int pause, String... jvm) throws IOException {
        save("flows.camel.yaml", TestRoute.of("flows", PATH, inline(0)));
        gateway = Launch.gateway("saves", kis, Map.of("ROUTES_DIR", folder.toString(), "ROUTES_RELOAD", "true", "LOG_LEVEL", "WARN",
                "RATE_LIMIT", "100000 per second", "KIS_ACCOUNT_RATE", "100000/second"), jvm);
        gateway.awaitReady();
        for (int i = 0; i < CALLERS; i++) {
            Probe probe = new Probe(gateway.port());
            probes.add(probe);
            var unused = callers.scheduleWithFixedDelay(() -> call(probe), 0, pause, TimeUnit.MILLISECONDS);
        }
    }

    private void call(Probe probe) {
        int least = live.get();
        try {
            Reply reply = probe.post(PATH, BODY, 30);
            int mark = reply.status() == 200 ? reply.at("/data/mark").intValue() : -1;
            if (mark < least) {
                wrong.add("after save " + least + " came " + reply.status() + " " + reply.text());
            }
            live.accumulateAndGet(mark, Math::max);
            answered.incrementAndGet();
        } catch (IOException | RuntimeException e) {
            if (!callers.isShutdown()) {
                wrong.add("after save " + least + ": " + e);
            }
        }
    }

    /** One save of each kind in turn; the broken one is followed by one that is right. */
    private void saves(int from, int to) {
        for (int i = from; i <= to; i++) {
            int mark = i;
            if (i % 10 == 3) {
                save("flows.camel.yaml", TestRoute.of("flows", PATH, inline(i)).replace("ref: throttle", "ref: throtle"));
                await().until(() -> gateway.http().get("/health").at("/routes/failed").size() == 1);
            } else if (i % 10 == 5) {
                save("more.camel.yaml", TestRoute.of("more", "/api/test/more", inline(i)));
            } else if (i % 10 == 8) {
                assertThat(folder.resolve("more.camel.yaml").toFile().delete()).isTrue();
            }
            long begin = System.nanoTime();
            if (i % 10 == 6) {
                save("mappings/flows.jslt", "{\"data\": {\"mark\": " + i + "}}");
                save("flows.camel.yaml", TestRoute.of("flows", PATH, "reply:mappings/flows.jslt"));
            } else if (i % 10 == 7) {
                save("mappings/flows.jslt", "{\"data\": {\"mark\": " + i + ", \"days\": size(.output)}}");
            } else {
                save("flows.camel.yaml", TestRoute.of("flows", PATH, inline(i)));
            }
            await().pollInterval(Duration.ofMillis(5)).until(() -> live.get() == mark);
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
    }

    private String jcmd(String... command) {
        List<String> all = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(gateway.process().pid())));
        all.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Routes that were replaced stay a moment for those who are in them. */
    private Size size(int routes) {
        await().until(() -> camelRoutes().size() == routes);
        jcmd("GC.run");
        jcmd("GC.run");
        String metrics = gateway.management().get("/metrics").text();
        Matcher committed = COMMITTED.matcher(jcmd("VM.native_memory", "summary"));
        assertThat(committed.find()).isTrue();
        return new Size(sum(metrics, "jvm_memory_used_bytes{area=\"heap\"") / 1024, Long.parseLong(committed.group(1)),
                (int) sum(metrics, "jvm_threads_live_threads"), bean("java.lang:type=ClassLoading/LoadedClassCount").intValue(),
                search("*:*").size(), metrics.lines().count(), camelRoutes().size());
    }

    private JsonNode camelRoutes() {
        return search("org.apache.camel:type=routes,*");
    }

    private JsonNode search(String pattern) {
        return gateway.management().post("/jolokia/", "{\"type\":\"search\",\"mbean\":\"" + pattern + "\"}").at("/value");
    }

    private JsonNode bean(String path) {
        return gateway.management().get("/jolokia/read/" + path).at("/value");
    }

    private static long sum(String metrics, String name) {
        return (long) metrics.lines().filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    private String times() {
        List<Long> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return "half %d ms, 99 %% %d ms, slowest %d ms".formatted(sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100),
                sorted.get(sorted.size() - 1));
    }

    @Test
    void noRequestIsLostByASave() throws IOException {
        // It shares the processors with all other tests.
        launch(30, "-Xmx256m", "-XX:TieredStopAtLevel=1");

        saves(1, 10);

        assertThat(wrong).isEmpty();
        assertThat(answered.get()).isGreaterThan(100);
    }

    @Test
    @Tag("campaign")
    void aThousandSavesLeaveNothing() throws IOException {
        launch(2, "-Xmx256m", "-XX:NativeMemoryTracking=summary");
        int routes = camelRoutes().size();
        try (Report report = new Report("saves", "A thousand saved routes while " + CALLERS + " callers call")) {
            saves(1, 200);
            Size early = size(routes);
            report.row("after 200 saves", early);
            for (int done = 200; done < 1000; done += 200) {
                saves(done + 1, done + 200);
                report.row("after " + (done + 200) + " saves", size(routes));
            }
            Size late = size(routes);
            report.row("from save to live", times()).row("replies", answered).row("wrong", wrong.size());
            assertThat(wrong).isEmpty();
            assertThat(late.routes()).isEqualTo(early.routes());
            assertThat(late.beans()).isEqualTo(early.beans());
            assertThat(late.metrics()).isLessThan(early.metrics() + 20);
            assertThat(late.threads()).isLessThan(early.threads() + 5);
            assertThat(late.classes()).isLessThan(early.classes() + 200);
            assertThat(late.heapKb()).isLessThan(early.heapKb() + 4096);
            assertThat(late.committedKb()).isLessThan(early.committedKb() + 65_536);
        }
    }
}
