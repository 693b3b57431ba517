package io.kisgateway.throttle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * A real Redis for time that a test keeps: it answers before anything else happens, however busy the machine is, and what ends by itself
 * does so an hour later, as Redis counts real time there.
 */
final class PatientRedis implements AutoCloseable {

    static final long LONGER_MILLIS = 3_600_000;

    private final RedisProcess server = RedisProcess.start(FreePort.next());
    private final RedissonClient client = server.client();
    private final String sha = client.getScript(StringCodec.INSTANCE).scriptLoad(script());

    private static String script() {
        try (InputStream in = RedisReservations.class.getResourceAsStream("/throttle/reserve.lua")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("'PX', floor(", "'PX', " + LONGER_MILLIS + " + floor(");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As the gateway's own connection does, which gives up after a second. */
    CompletionStage<List<Long>> run(String unused, List<String> keys, List<?> args) {
        return CompletableFuture.completedFuture(client.getScript(StringCodec.INSTANCE).evalSha(RScript.Mode.READ_WRITE, sha,
                RScript.ReturnType.MULTI, List.copyOf(keys), args.toArray()));
    }

    RedissonClient client() {
        return client;
    }

    @Override
    public void close() {
        client.shutdown();
        server.close();
    }
}
