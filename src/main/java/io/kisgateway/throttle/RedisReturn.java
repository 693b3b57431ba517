package io.kisgateway.throttle;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The way back to Redis: probes it until it answers in time, and tells it what was granted without it. */
final class RedisReturn {

    private static final long PROBE_MILLIS = 250;

    private final RedisReservations shared;
    private final RedisSnapshot heard;
    private final Object lock;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final long patienceMillis;
    private final Joined joined;
    private volatile boolean closed;

    @FunctionalInterface
    interface Joined {
        /** Redis knows all; its answer to a call that left then. */
        void joined(List<Long> reply, long sentNanos);
    }

    /** @param lock guards what was heard and what was granted */
    RedisReturn(RedisReservations shared, RedisSnapshot heard, Object lock, ScheduledExecutorService timer, LongSupplier nanoTime,
            long patienceMillis, Joined joined) {
        this.shared = shared;
        this.heard = heard;
        this.lock = lock;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.patienceMillis = patienceMillis;
        this.joined = joined;
    }

    /** Goes on until it has joined, or is closed. */
    void seek(LocalShareLimiter here) {
        later(0, () -> probe(here));
    }

    void close() {
        closed = true;
    }

    private void later(long millis, Runnable task) {
        if (!closed) {
            try {
                var unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // shutting down
            }
        }
    }

    private void probe(LocalShareLimiter here) {
        synchronized (lock) {
            here.telling(false);
        }
        long sent = nanoTime.getAsLong();
        once(shared.new Batch(0, 0, RedisReservations.Purpose.LOOK).send(), here, reply -> {
            if (nanoTime.getAsLong() - sent < TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
                join(here, reply.get(0), reply.get(1) != heard.memory());
            } else {
                later(PROBE_MILLIS, () -> probe(here));
            }
        });
    }

    private void join(LocalShareLimiter here, long redisNow, boolean lost) {
        RedisReservations.Batch batch;
        long sent = nanoTime.getAsLong();
        synchronized (lock) {
            batch = shared.new Batch(0, heard.memory(), RedisReservations.Purpose.RETURN);
            here.telling(true);
            here.tell(batch, lost, redisNow);
        }
        once(batch.send(), here, reply -> joined.joined(reply, sent));
    }

    private void once(CompletionStage<List<Long>> answer, LocalShareLimiter here, Consumer<List<Long>> then) {
        CompletableFuture<List<Long>> first = answer.toCompletableFuture().copy();
        later(patienceMillis * 3, () -> first.cancel(false));
        var unused = first.whenComplete((reply, failure) -> {
            if (failure == null && reply.get(1) >= 0) {
                then.accept(reply);
            } else {
                later(PROBE_MILLIS, () -> probe(here));
            }
        });
    }
}
