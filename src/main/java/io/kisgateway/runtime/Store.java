package io.kisgateway.runtime;

import io.kisgateway.redis.RedisConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Small texts that outlive the process and that instances share, by name; and who of them may do something that only one shall. A
 * store that cannot be reached completes with the failure, within seconds.
 */
public interface Store {

    CompletionStage<Optional<String>> read(String name);

    /** @param lifetime after which it may go */
    CompletionStage<Void> write(String name, String text, Duration lifetime);

    /** The same if the store has none of that name, as it may have lost it. */
    default CompletionStage<Void> restore(String name, String text, Duration lifetime) {
        return read(name).thenCompose(found -> found.isPresent() ? CompletableFuture.completedFuture(null) : write(name, text, lifetime));
    }

    /**
     * Takes a right that nobody else then has for a while.
     *
     * @return zero if it was taken; otherwise how long to wait for the next chance
     */
    CompletionStage<Duration> claim(String name, Duration during);

    /** Gives the right back. */
    CompletionStage<Void> unclaim(String name);

    /** In Redis, for all instances. */
    static Store inRedis(RedisConnection redis) {
        return new RedisStore(redis);
    }

    /** In files that only their owner can read, for the processes of one machine that share the folder. */
    static Store inFolder(Path folder, InstantSource clock) {
        return new FileStore(folder, clock);
    }

    /** Keeps nothing, and lets everybody do everything. */
    static Store none() {
        return new Store() {
            @Override
            public CompletionStage<Optional<String>> read(String name) {
                return CompletableFuture.completedFuture(Optional.empty());
            }

            @Override
            public CompletionStage<Void> write(String name, String text, Duration lifetime) {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletionStage<Duration> claim(String name, Duration during) {
                return CompletableFuture.completedFuture(Duration.ZERO);
            }

            @Override
            public CompletionStage<Void> unclaim(String name) {
                return CompletableFuture.completedFuture(null);
            }
        };
    }
}
