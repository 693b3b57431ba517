package io.kisgateway.runtime;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A bounded pool of threads; throws {@link java.util.concurrent.RejectedExecutionException} when too much waits for them. */
public final class Workers implements Executor, AutoCloseable {

    private static final int MOST_WAITING = 10_000;
    private static final int IDLE_SECONDS = 30;

    private final ThreadGroup group;
    private final ThreadPoolExecutor pool;

    /** @param name what their threads' names begin with */
    public Workers(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        this.group = new ThreadGroup(name);
        this.pool = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING),
                task -> Threads.daemon(group, task, name + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /** Whether a thread is one of these. */
    public boolean own(Thread thread) {
        return thread.getThreadGroup() == group;
    }

    /** Takes nothing new; what runs goes on. */
    @Override
    public void close() {
        pool.shutdown();
    }
}
