package io.kisgateway.testing;

import io.kisgateway.KisGateway;
import io.kisgateway.throttle.FreePort;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gateway in a process of its own, in simulator mode, as {@code java -jar} starts it. */
public final class GatewayProcess implements AutoCloseable {

    private final Process process;
    private final Path output;
    private final int port = FreePort.next();
    private final int managementPort = FreePort.next();

    /** @param readOutput whether anybody reads what it prints; else its output is stuck as soon as the pipe is full */
    public GatewayProcess(boolean readOutput, Map<String, String> environment) {
        try {
            output = Files.createTempFile("gateway", ".log");
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), KisGateway.class.getName()));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(Map.of("PORT", Integer.toString(port), "MANAGEMENT_PORT", Integer.toString(managementPort),
                    "DATA_DIR", Files.createTempDirectory("gateway-data").toString()));
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true);
            if (readOutput) {
                builder.redirectOutput(output.toFile());
            }
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Http http() {
        return new Http("http://127.0.0.1:" + port);
    }

    public Http management() {
        return new Http("http://127.0.0.1:" + managementPort);
    }

    public String managementUrl() {
        return "http://127.0.0.1:" + managementPort;
    }

    /** Whether it serves by now. */
    public boolean isReady() {
        try {
            return process.isAlive() && http().get("/health/ready").status() == 200;
        } catch (AssertionError e) {
            return false;
        }
    }

    public Process process() {
        return process;
    }

    /** All it has printed. */
    public List<String> lines() {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        File file = output.toFile();
        if (!file.delete()) {
            file.deleteOnExit();
        }
    }
}
