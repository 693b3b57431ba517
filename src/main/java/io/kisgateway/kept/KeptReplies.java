package io.kisgateway.kept;

import io.kisgateway.redis.RedisConnection;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/** All that is kept, by name; the same for every version of a route. */
public final class KeptReplies {

    private final String scope;
    private final KeptStore store;
    private final ScheduledExecutorService timers;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Map<String, DailyReply> shelves = new ConcurrentHashMap<>();

    /**
     * @param scope  the environment: what one KIS says is not kept for another
     * @param redis  where instances share it, or null
     * @param folder where it outlives a restart without Redis, or null
     * @param timers for looking again whether another instance has its answer
     */
    public KeptReplies(String scope, RedisConnection redis, Path folder, ScheduledExecutorService timers, InstantSource clock,
            LongSupplier nanoTime) {
        this.scope = scope;
        this.store = redis != null ? new RedisKeptStore(redis) : folder != null ? new FileKeptStore(folder) : KeptStore.NONE;
        this.timers = timers;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    DailyReply shelf(String name, DailyReply.Rows rows) {
        return shelves.computeIfAbsent(name + " " + rows, ignored -> new DailyReply(scope + "-" + name, rows, store, timers, clock));
    }
}
