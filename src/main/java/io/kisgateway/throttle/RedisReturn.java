package io.kisgateway.throttle;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Whether Redis answers, asked without a call: while it should, so that health, metrics and alerts know, and until it does so again. */
final class RedisReturn {

    private static final long PROBE_MILLIS = 250;
    private static final long LOOK_MILLIS = 1000;

    private final RedisReservations shared;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final long patienceMillis;
    private final Consumer<List<Long>> answered;
    private volatile boolean closed;

    /** @param answered takes the first answer that came in time */
    RedisReturn(RedisReservations shared, ScheduledExecutorService timer, LongSupplier nanoTime, long patienceMillis,
            Consumer<List<Long>> answered) {
        this.shared = shared;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.patienceMillis = patienceMillis;
        this.answered = answered;
    }

    /** Goes on until there is an answer, or it is closed. */
    void seek() {
        later(0, this::probe);
    }

    /**
     * Asks each second.
     *
     * @param isThere whether Redis is thought to be there
     * @param lost    takes the moment, of the monotonic clock, of a question that had no answer within a second
     */
    void watch(BooleanSupplier isThere, LongConsumer lost) {
        later(LOOK_MILLIS, () -> {
            if (!isThere.getAsBoolean()) {
                watch(isThere, lost);
                return;
            }
            long sent = nanoTime.getAsLong();
            var unused = look(LOOK_MILLIS).whenComplete((reply, failure) -> {
                if (failure != null && !closed) {
                    lost.accept(sent);
                }
                watch(isThere, lost);
            });
        });
    }

    private CompletableFuture<List<Long>> look(long patienceMillis) {
        CompletableFuture<List<Long>> answer =
                shared.new Batch(0, 0, RedisReservations.Purpose.LOOK).send().toCompletableFuture().copy();
        later(patienceMillis, () -> answer.cancel(false));
        return answer;
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

    private void probe() {
        long sent = nanoTime.getAsLong();
        var unused = look(patienceMillis * 3).whenComplete((reply, failure) -> {
            if (failure == null && nanoTime.getAsLong() - sent < TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
                answered.accept(reply);
            } else {
                later(PROBE_MILLIS, this::probe);
            }
        });
    }
}
