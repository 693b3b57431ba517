package io.kisgateway.campaign;

import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Credentials;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.throttle.FreePort;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A gateway in a process of its own, as it runs in earnest; can be killed like one. */
final class GatewayProcess implements AutoCloseable {

    static final Path FOLDER = Path.of("target", "campaign");

    private final Process process;
    private final int port;
    private final Path log;

    private GatewayProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Begins to start; see {@link #awaitReady}. Its log is kept beside the reports. */
    static GatewayProcess launch(String name, Simulator kis, Map<String, String> settings) {
        try {
            Files.createDirectories(FOLDER.resolve("logs"));
            int port = FreePort.next();
            // Arrivals are told the time in this process: it must not wait for a processor that the gateways have.
            ProcessBuilder builder = new ProcessBuilder(List.of("nice", "-n", "10",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp", classPath(),
                    "io.kisgateway.KisGateway"));
            Credentials credentials = kis.options().credentials();
            builder.environment().putAll(Map.of(
                    "TRADING_MODE", "REAL",
                    "KIS_BASE_URL", kis.baseUrl(),
                    "KIS_APP_KEY", credentials.appKey(),
                    "KIS_APP_SECRET", credentials.appSecret(),
                    "KIS_ACCOUNT_NO", credentials.account(),
                    "PORT", Integer.toString(port),
                    "MANAGEMENT_PORT", "0",
                    "SHUTDOWN_TIMEOUT", "1",
                    "DATA_DIR", Files.createTempDirectory("kis-gateway-campaign").toString()));
            builder.environment().putAll(settings);
            Path log = FOLDER.resolve("logs").resolve(name + ".log");
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            return new GatewayProcess(builder.start(), port, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The gateway's own classes come first, the tests' stay out. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes")).collect(Collectors.joining(File.pathSeparator));
    }

    int port() {
        return port;
    }

    String door() {
        return "http://127.0.0.1:" + port;
    }

    void awaitReady() {
        await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(100)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("the gateway did not start; see its log");
            }
            try (Probe probe = new Probe(port)) {
                return probe.get("/health").status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** How far its clock is ahead of this machine's: its last line in the log, by its own clock and by the file's. */
    long clockAheadSeconds() {
        try {
            List<String> lines = Files.readAllLines(log);
            OffsetDateTime said = OffsetDateTime.parse(lines.get(lines.size() - 1).split(" ")[0]);
            return Duration.between(Files.getLastModifiedTime(log).toInstant(), said.toInstant()).toSeconds();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Like kill -9. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
