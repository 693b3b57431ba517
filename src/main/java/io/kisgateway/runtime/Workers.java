package io.kisgateway.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounded threads; throws {@link java.util.concurrent.RejectedExecutionException} when too much waits for them. A task goes to the one that
 * rested shortest of those that may be held, as its stack is still in the caches; if all are busy it waits for one that is always free.
 */
public final class Workers implements Executor, AutoCloseable {

    private static final int MOST_WAITING = 10_000;
    private static final int IDLE_SECONDS = 30;

    private final ThreadGroup held;
    private final ThreadPoolExecutor first;
    private final ThreadPoolExecutor free;

    /**
     * @param name what their threads' names begin with
     * @param held threads that a task may hold for long; 0 for none
     * @param free threads that are free before long, or for which tasks may wait
     */
    public Workers(String name, int held, int free) {
        AtomicInteger number = new AtomicInteger();
        this.held = new ThreadGroup(name);
        // A thread without one would get its maker's group.
        ThreadGroup others = new ThreadGroup(name + "-free");
        this.free = new ThreadPoolExecutor(free, free, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING),
                task -> Threads.daemon(others, task, name + "-" + number.incrementAndGet()));
        this.free.allowCoreThreadTimeOut(true);
        // This queue holds nothing, and of those that rest it wakes the last.
        this.first = held == 0 ? this.free
                : new ThreadPoolExecutor(0, held, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
                        task -> Threads.daemon(this.held, task, name + "-" + number.incrementAndGet()),
                        (task, busy) -> this.free.execute(task));
    }

    @Override
    public void execute(Runnable task) {
        first.execute(task);
    }

    /** Whether a thread is one that may be held. */
    public boolean mayHold(Thread thread) {
        return thread.getThreadGroup() == held;
    }

    /** Takes nothing new; what runs or waits goes on. */
    @Override
    public void close() {
        first.shutdown();
        free.shutdown();
    }
}
