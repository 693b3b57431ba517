package io.kisgateway.runtime;

import io.kisgateway.redis.RedisConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.redisson.api.RBucket;
import org.redisson.api.RFuture;
import org.redisson.client.codec.StringCodec;

/** Texts in Redis. */
final class RedisStore implements Store {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    /** Instances that start together must find each other, and a client that starts takes a while to connect. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(3);

    private final RedisConnection redis;
    private volatile Duration patience = FIRST_PATIENCE;

    RedisStore(RedisConnection redis) {
        this.redis = redis;
    }

    @Override
    public CompletionStage<Optional<String>> read(String name) {
        return within(name, RBucket::getAsync).thenApply(Optional::ofNullable);
    }

    @Override
    public CompletionStage<Void> write(String name, String text, Duration lifetime) {
        return within(name, bucket -> bucket.setAsync(text, lifetime));
    }

    @Override
    public CompletionStage<Void> restore(String name, String text, Duration lifetime) {
        return within(name, bucket -> bucket.setIfAbsentAsync(text, lifetime)).thenApply(restored -> null);
    }

    @Override
    public CompletionStage<Duration> claim(String name, Duration during) {
        return within(asked(name), bucket -> bucket.setIfAbsentAsync("1", during)).thenCompose(taken -> taken
                ? CompletableFuture.completedFuture(Duration.ZERO)
                : within(asked(name), RBucket::remainTimeToLiveAsync).thenApply(left -> Duration.ofMillis(Math.max(left, 1))));
    }

    @Override
    public CompletionStage<Void> unclaim(String name) {
        return within(asked(name), RBucket::deleteAsync).thenApply(gone -> null);
    }

    private static String asked(String name) {
        return name + ":asked";
    }

    private <T> CompletionStage<T> within(String name, Function<RBucket<String>, RFuture<T>> command) {
        return redis.bounded(redis.async(client -> command.apply(client.getBucket(redis.key(name), StringCodec.INSTANCE))), patience)
                .whenComplete((done, failed) -> patience = PATIENCE);
    }
}
