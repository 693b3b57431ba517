package io.kisgateway.order.journal;

import io.kisgateway.testing.Patience;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A real Redis that keeps what it is given, as docs/orders.md asks for; it can be killed, frozen and started again. */
public final class DurableRedis implements AutoCloseable {

    /** How long a gateway's sign of life lasts. */
    public static final Duration SIGN_OF_LIFE = RedisHeartbeat.LIFE;

    private final Path folder;
    private final int port;
    private final List<String> settings;
    private Process process;

    private DurableRedis(Path folder, int port, List<String> settings) {
        this.folder = folder;
        this.port = port;
        this.settings = settings;
    }

    public static DurableRedis start() {
        return start("--appendonly", "yes", "--appendfsync", "always", "--save", "");
    }

    public static DurableRedis start(String... settings) {
        DurableRedis redis = new DurableRedis(TestFolder.create(), FreePort.next(), List.of(settings));
        redis.startAgain();
        return redis;
    }

    /** A replica, once it has all that its master has. */
    public static DurableRedis replicaOf(DurableRedis master) {
        return start("--replicaof", "127.0.0.1", String.valueOf(master.port), "--save", "");
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Begins, or begins again with what it had kept. */
    public void startAgain() {
        try {
            List<String> command =
                    new ArrayList<>(List.of(RedisProgram.file().getAbsolutePath(), "--port", String.valueOf(port), "--bind", "127.0.0.1",
                            "--dir", folder.toString()));
            command.addAll(settings);
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line;
            while ((line = output.readLine()) != null && !line.contains("Ready to accept connections")) {
                // Redis tells when it is ready.
            }
            Thread drain = new Thread(() -> output.lines().forEach(more -> {}), "redis-output");
            drain.setDaemon(true);
            drain.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Comes back without anything that it had confirmed. */
    public void loseEverything() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(folder)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startAgain();
    }

    public void kill() {
        process.destroyForcibly();
        Patience.awaitEnd(process);
    }

    public void freeze() {
        Signals.send("STOP", process.pid());
    }

    public void thaw() {
        Signals.send("CONT", process.pid());
    }

    @Override
    public void close() {
        kill();
    }
}
