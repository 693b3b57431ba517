package io.kisgateway.campaign;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long this machine lets a thread wait that has something to do: told beside the figures, for judging their extremes. */
final class Stalls implements AutoCloseable {

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Thread watch = new Thread(this::watch, "stalls");
    private volatile long longest;
    private volatile boolean closed;

    Stalls() {
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        while (!closed) {
            long before = System.nanoTime();
            LockSupport.parkNanos(STEP_NANOS);
            longest = Math.max(longest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before - STEP_NANOS));
        }
    }

    long longest() {
        return longest;
    }

    @Override
    public void close() {
        closed = true;
    }
}
