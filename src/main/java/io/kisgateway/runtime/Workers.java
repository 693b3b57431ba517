package io.kisgateway.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A bounded pool of threads; throws {@link java.util.concurrent.RejectedExecutionException} when too much waits for them. */
public final class Workers implements Executor, AutoCloseable {

    private static final int MOST_WAITING = 10_000;
    private static final int IDLE_SECONDS = 30;

    private final ThreadGroup group;
    private final ThreadPoolExecutor pool;
    private final Semaphore places = new Semaphore(MOST_WAITING);

    /** @param name what their threads' names begin with */
    public Workers(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        this.group = new ThreadGroup(name);
        this.pool = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedTransferQueue<>(),
                task -> Threads.daemon(group, task, name + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException("as many tasks wait already as may");
        }
        try {
            pool.execute(() -> {
                places.release();
                task.run();
            });
        } catch (RejectedExecutionException e) {
            places.release();
            throw e;
        }
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
