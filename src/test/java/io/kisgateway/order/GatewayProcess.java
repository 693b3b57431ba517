package io.kisgateway.order;

import io.kisgateway.KisGateway;
import io.kisgateway.testing.Http;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** A gateway in a process of its own, which can be killed at any moment and started again at the same address. */
final class GatewayProcess implements AutoCloseable {

    private final Map<String, String> environment;
    private final File log;
    private final int port;
    private final Http http;
    private Process process;

    GatewayProcess(String name, Map<String, String> settings) {
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.environment = new HashMap<>(settings);
        environment.put("PORT", String.valueOf(port));
        environment.put("MANAGEMENT_PORT", "0");
        this.log = Path.of("target", "campaign-" + name + ".log").toFile();
        this.http = new Http("http://127.0.0.1:" + port);
    }

    synchronized void start() {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Dfile.encoding=UTF-8", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), KisGateway.class.getName());
        builder.environment().putAll(environment);
        try {
            process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(() -> {
            try {
                return http.get("/health/ready").status() == 200;
            } catch (AssertionError e) {
                return false;
            }
        });
    }

    synchronized void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    Http http() {
        return http;
    }

    @Override
    public void close() {
        kill();
    }
}
