package io.kisgateway.kept;

import io.kisgateway.redis.RedisConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.redisson.api.RFuture;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** Keeps replies in Redis for all instances. */
final class RedisKeptStore implements KeptStore {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration KEPT_FOR = Duration.ofDays(60);

    private final RedisConnection redis;
    private final KeptJson json = new KeptJson();

    RedisKeptStore(RedisConnection redis) {
        this.redis = redis;
    }

    @Override
    public CompletionStage<Optional<Kept>> read(String name) {
        return within(client -> client.<String>getBucket(key(name), StringCodec.INSTANCE).getAsync())
                .thenApply(text -> text == null ? Optional.empty() : json.read(text));
    }

    @Override
    public CompletionStage<Void> write(String name, Kept kept) {
        return within(client -> client.<String>getBucket(key(name), StringCodec.INSTANCE).setAsync(json.write(kept), KEPT_FOR));
    }

    @Override
    public CompletionStage<Boolean> claim(String name, Duration during) {
        return within(client -> client.<String>getBucket(key(name) + ":asked", StringCodec.INSTANCE).setIfAbsentAsync("1", during));
    }

    @Override
    public CompletionStage<Void> unclaim(String name) {
        return within(client -> client.getBucket(key(name) + ":asked", StringCodec.INSTANCE).deleteAsync()).thenApply(gone -> null);
    }

    private String key(String name) {
        return redis.key("kept:" + name);
    }

    private <T> CompletionStage<T> within(Function<RedissonClient, RFuture<T>> command) {
        return redis.async(command).toCompletableFuture().copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
