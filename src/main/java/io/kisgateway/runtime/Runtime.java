package io.kisgateway.runtime;

import io.kisgateway.redis.RedisConnection;
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
 * @param redis        where instances meet, if they do
 */
public record Runtime(Clock clock, LongSupplier nanoTime, Random random, ScheduledExecutorService timers, Workers workers,
        int spareWorkers, Optional<RedisConnection> redis) implements AutoCloseable {

    private static final long AFTER_START_MILLIS = 300;

    /** @param clock waits and deadlines go by the machine's monotonic clock all the same */
    public static Runtime start(RuntimeSettings settings, Clock clock) {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, Threads.daemon("timer"));
        timers.setRemoveOnCancelPolicy(true);
        return new Runtime(clock, System::nanoTime, new Random(), timers, new Workers("edge", settings.workers()), settings.spareWorkers(),
                settings.redis().map(address -> RedisConnection.open(address, settings.redisPrefix())));
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
    }
}
