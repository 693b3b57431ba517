package io.kisgateway.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.redisson.Redisson;
import org.redisson.api.RFuture;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * The one Redis client of the gateway. It is made in the background and connects when first used, so that neither its
 * own weight nor a missing Redis holds up the start. Commands are sent once: whoever needs a repeat asks again.
 */
public final class RedisConnection implements AutoCloseable {

    private final RedisAddress address;
    private final String prefix;
    private final CompletableFuture<RedissonClient> client;

    private RedisConnection(RedisAddress address, String prefix) {
        this.address = address;
        this.prefix = prefix;
        this.client = CompletableFuture.supplyAsync(() -> create(address), task -> {
            Thread thread = new Thread(task, "redis-start");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** @param prefix what every key begins with */
    public static RedisConnection open(RedisAddress address, String prefix) {
        return new RedisConnection(address, Objects.requireNonNull(prefix));
    }

    private static RedissonClient create(RedisAddress address) {
        Config config = address.config();
        config.setLazyInitialization(true);
        config.setCodec(StringCodec.INSTANCE);
        return Redisson.create(config);
    }

    /** The client; waits for it to be made, less than a second after the start, but not for a connection. */
    public RedissonClient client() {
        return client.join();
    }

    /** One command, off the caller's thread whatever state Redis is in. */
    public <T> CompletionStage<T> async(Function<RedissonClient, RFuture<T>> command) {
        return client.thenCompose(command);
    }

    /** The full name of a key. */
    public String key(String name) {
        return prefix + name;
    }

    /** As it may be shown: without user and password. */
    public String display() {
        return address.toString();
    }

    /** A Lua script, known to Redis by its hash once it has been run. */
    public static final class Script {
        private final String text;
        private final String sha;

        public Script(String text) {
            this.text = text;
            try {
                this.sha = HexFormat.of().formatHex(
                        MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Runs a script that answers with integers; loads it if Redis has forgotten it or never knew it. */
    public CompletionStage<List<Long>> run(Script script, List<String> keys, List<?> args) {
        List<Object> keyObjects = List.copyOf(keys);
        Object[] values = args.toArray();
        return client.thenCompose(redisson -> {
            RScript scripts = redisson.getScript(StringCodec.INSTANCE);
            CompletionStage<List<Long>> first = scripts.evalShaAsync(keys.get(0), RScript.Mode.READ_WRITE, script.sha,
                    RScript.ReturnType.MULTI, keyObjects, values);
            return first.handle((reply, failure) -> {
                if (failure == null) {
                    return CompletableFuture.completedFuture(reply);
                }
                if (!unknownScript(failure)) {
                    return CompletableFuture.<List<Long>>failedFuture(failure);
                }
                CompletionStage<List<Long>> second = scripts.evalAsync(keys.get(0), RScript.Mode.READ_WRITE, script.text,
                        RScript.ReturnType.MULTI, keyObjects, values);
                return second;
            }).thenCompose(reply -> reply);
        });
    }

    private static boolean unknownScript(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() != null && cause.getMessage().startsWith("NOSCRIPT");
    }

    @Override
    public String toString() {
        return display();
    }

    @Override
    public void close() {
        client.thenAccept(RedissonClient::shutdown);
    }
}
