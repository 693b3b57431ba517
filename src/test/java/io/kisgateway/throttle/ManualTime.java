package io.kisgateway.throttle;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Time that passes only when told to; what was to be done at a moment is done when it comes, on the thread that tells. */
final class ManualTime extends ScheduledThreadPoolExecutor {

    private record Alarm(long atNanos, Runnable task) {}

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::atNanos));
    private long nanos;

    ManualTime() {
        super(0);
    }

    synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        alarms.add(new Alarm(nanos + unit.toNanos(delay), task));
        return null;
    }

    void advance(long millis) {
        long until = nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Runnable task = next(until); task != null; task = next(until)) {
            task.run();
        }
    }

    /** So much time passes with nobody looking; only then what was due is done. */
    void standStill(long millis) {
        synchronized (this) {
            nanos += TimeUnit.MILLISECONDS.toNanos(millis);
        }
        advance(0);
    }

    private synchronized Runnable next(long until) {
        if (alarms.isEmpty() || alarms.peek().atNanos > until) {
            nanos = until;
            return null;
        }
        Alarm alarm = alarms.poll();
        nanos = Math.max(nanos, alarm.atNanos);
        return alarm.task;
    }
}
