package io.kisgateway.throttle;

import io.kisgateway.testing.Patience;
import io.kisgateway.testing.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.function.Consumer;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.embedded.RedisServer;

/** A real Redis that can be killed and frozen. */
public final class RedisProcess implements AutoCloseable {

    private final int port;
    private final RedisServer server;
    private boolean frozen;

    private RedisProcess(int port, RedisServer server) {
        this.port = port;
        this.server = server;
    }

    public static RedisProcess start(int port, String... settings) {
        try {
            var builder = RedisServer.newRedisServer().executableProvider(RedisProgram::file).port(port).bind("127.0.0.1")
                    .setting("save \"\"").setting("appendonly no");
            for (String setting : settings) {
                builder.setting(setting);
            }
            RedisServer server = builder.build();
            server.start();
            return new RedisProcess(port, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that speaks TLS too, there with the password {@code s3cret}. */
    public static RedisProcess startTls(int tlsPort, TestCertificate certificate) throws Exception {
        return start(FreePort.next(), "tls-port " + tlsPort, "tls-auth-clients no", "requirepass s3cret",
                "tls-cert-file " + certificate.certificatePem(), "tls-key-file " + certificate.keyPem(),
                "tls-ca-cert-file " + certificate.certificatePem());
    }

    public Process process() {
        try {
            for (Class<?> type = server.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (field.getType() == Process.class) {
                        field.setAccessible(true);
                        return (Process) field.get(server);
                    }
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("no process in " + server.getClass());
    }

    public void freeze() {
        frozen = true;
        signal("STOP");
    }

    public void thaw() {
        frozen = false;
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Patience.awaitEnd(new ProcessBuilder(List.of("kill", "-" + name, Long.toString(process().pid()))).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public void kill() {
        Process process = process();
        process.destroyForcibly();
        Patience.awaitEnd(process);
    }

    /** A client that waits however busy the machine is. */
    RedissonClient client() {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port).setConnectionMinimumIdleSize(1).setConnectionPoolSize(2)
                .setTimeout(60_000).setConnectTimeout(60_000);
        return Redisson.create(config);
    }

    public void cli(Consumer<RedissonClient> command) {
        RedissonClient client = client();
        try {
            command.accept(client);
        } finally {
            client.shutdown();
        }
    }

    @Override
    public void close() {
        if (frozen) {
            thaw();
        }
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
