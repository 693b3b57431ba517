package io.kisgateway.testing;

import static org.awaitility.Awaitility.await;

import io.kisgateway.KisGateway;
import io.kisgateway.throttle.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway in a process of its own, as {@code java -jar} starts it: in simulator mode, unless settings say otherwise. It can be
 * killed at any moment and started again at the same address.
 */
public final class GatewayProcess implements AutoCloseable {

    /** Where logs are kept. */
    public static final Path FOLDER = Path.of("target", "gateways");

    private final Path log;
    private final int port = FreePort.next();
    private final int managementPort = FreePort.next();
    private final Http http = new Http(url());
    private final Http management = new Http(managementUrl());
    private final Map<String, String> environment;
    private final List<String> jvm = new ArrayList<>();
    private boolean measured;
    private boolean yields;
    private boolean read = true;
    private Duration ahead = Duration.ZERO;
    private Process process;

    /** @param name its log's begins with */
    public GatewayProcess(String name, Map<String, String> settings) {
        try {
            Files.createDirectories(FOLDER);
            log = FOLDER.resolve(name + "-" + port + ".log");
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment = new HashMap<>(Map.of("PORT", Integer.toString(port), "MANAGEMENT_PORT", Integer.toString(managementPort),
                "DATA_DIR", TestFolder.create().toString()));
        environment.putAll(settings);
    }

    /** Beside those that make it start soon. */
    public GatewayProcess jvm(String... options) {
        jvm.addAll(List.of(options));
        return this;
    }

    /** Runs as users run it, with no options but those given: somebody measures it. */
    public GatewayProcess measured() {
        measured = true;
        return this;
    }

    /** Leaves the processors to those who measure it; on a full machine it then starts late, too. */
    public GatewayProcess yielding() {
        yields = true;
        return this;
    }

    /** Its machine's clock is so far ahead. */
    public GatewayProcess ahead(Duration time) {
        ahead = time;
        return this;
    }

    /** Nobody reads what it prints: its output is stuck as soon as the pipe is full. */
    public GatewayProcess unread() {
        read = false;
        return this;
    }

    /** Begins to start. */
    public synchronized GatewayProcess start() {
        List<String> command = new ArrayList<>(yields ? List.of("nice", "-n", "5") : List.of());
        if (ahead.isZero()) {
            command.addAll(measured ? GatewayProgram.plain(jvm) : GatewayProgram.quick(jvm, KisGateway.class));
        } else {
            command.addAll(GatewayProgram.quick(jvm, AheadGateway.class));
            command.add(Long.toString(ahead.toSeconds()));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        if (read) {
            builder.redirectOutput(Redirect.appendTo(log.toFile()));
        }
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Whether it serves by now. */
    public boolean isReady() {
        try {
            return process.isAlive() && http.get("/health/ready").status() == 200;
        } catch (AssertionError e) {
            return false;
        }
    }

    public GatewayProcess awaitReady() {
        await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the gateway did not start; see " + log);
            }
            return isReady();
        });
        return this;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public Http http() {
        return http;
    }

    public String managementUrl() {
        return "http://127.0.0.1:" + managementPort;
    }

    public Http management() {
        return management;
    }

    public synchronized Process process() {
        return process;
    }

    public Path log() {
        return log;
    }

    /** All it has printed. */
    public List<String> lines() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Like kill -9. */
    public synchronized void kill() {
        process.destroyForcibly();
        Patience.awaitEnd(process);
    }

    @Override
    public void close() {
        process().destroy();
        try {
            if (!process().waitFor(20, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process().destroyForcibly();
        }
    }
}
