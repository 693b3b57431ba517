package io.kisgateway.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.redis.RedisConnection;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The floor that every module stands on.
 *
 * @param clock        tells the date and the time of day
 * @param nanoTime     a monotonic clock, nanoseconds: waits and deadlines go by it
 * @param random       spreads repeats
 * @param timers       one thread: nothing on it takes time
 * @param workers      run routes, and go on with calls that have waited
 * @param spareWorkers how many of them may be held by calls that are at KIS
 * @param network      one thread that serves callers' connections and those to Redis: nothing on it takes time. So what a caller's
 *                     permit takes is asked and heard without a way to another thread
 * @param redis        where instances meet, if they do
 * @param store        small texts that outlive the process
 * @param kisStore     those that come of KIS: nothing where it is the simulator, which begins anew with the process
 */
public record Runtime(Clock clock, LongSupplier nanoTime, Random random, ScheduledExecutorService timers, Workers workers,
        int spareWorkers, Context network, Optional<RedisConnection> redis, Store store, Store kisStore) implements AutoCloseable {

    private static final long AFTER_START_MILLIS = 300;
    private static final int ALWAYS_FREE = 16;

    /** @param clock waits and deadlines go by the machine's monotonic clock all the same */
    public static Runtime start(RuntimeSettings settings, Clock clock) {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, Threads.daemon("timer"));
        timers.setRemoveOnCancelPolicy(true);
        Workers workers = new Workers("edge", settings.spareWorkers(), ALWAYS_FREE);
        // Classes that take a while to begin and that everybody needs, but not Vert.x. BigDecimal works out its powers of five.
        workers.execute(ObjectMapper::new);
        workers.execute(() -> new BigDecimal(1));
        // Nothing is served from files, so none are copied to a temporary folder, where a killed process would leave them.
        ContextInternal network = ((VertxInternal) Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(
                new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)))).createEventLoopContext();
        Optional<RedisConnection> redis = settings.redis()
                .map(address -> RedisConnection.open(address, settings.redisPrefix(), network.nettyEventLoop(), workers));
        Store store = redis.map(Store::inRedis).orElseGet(() -> Store.inFolder(settings.dataFolder(), clock));
        return new Runtime(clock, System::nanoTime, new Random(), timers, workers, settings.spareWorkers(), network, redis, store,
                settings.simulated() ? Store.none() : store);
    }

    /** Does on a worker what can wait until the gateway has answered its first callers. */
    public void soon(Runnable task) {
        var unused = timers.schedule(() -> workers.execute(task), AFTER_START_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timers.shutdownNow();
        workers.close();
        redis.ifPresent(RedisConnection::close);
        network.owner().close().toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }
}
