package io.kisgateway.throttle;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Calls at one moment, or at none. Not safe for several threads. */
final class Alarm {

    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Runnable called;
    private Future<?> task;
    private long atNanos;

    Alarm(ScheduledExecutorService timer, LongSupplier nanoTime, Runnable called) {
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.called = called;
    }

    void off() {
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }

    void at(long nanos) {
        if (task != null && atNanos == nanos) {
            return;
        }
        off();
        atNanos = nanos;
        try {
            task = timer.schedule(called, Math.max(0, nanos - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            task = null;
        }
    }
}
