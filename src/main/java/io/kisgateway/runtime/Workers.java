package io.kisgateway.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A bounded pool of threads; throws {@link RejectedExecutionException} when too much waits for them. Changes of threads are a good part of
 * what a request costs. So resting threads are woken one at a time, and each that has come wakes the next if there is work left: those
 * that are busy may have done it by then. And the one that rested shortest is woken first, as its stack is still in the caches.
 */
public final class Workers implements Executor, AutoCloseable {

    private static final int MOST_WAITING = 10_000;
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(30);

    private final ThreadGroup group;
    private final int most;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    /** Who rested shortest is first. */
    private final Deque<Worker> resting = new ArrayDeque<>();
    /** How many have been started or woken and are still on their way to what waits. */
    private int coming;
    private int threads;
    private int started;
    private volatile boolean closed;

    /** @param name what their threads' names begin with */
    public Workers(String name, int threads) {
        this.group = new ThreadGroup(name);
        this.most = threads;
    }

    @Override
    public void execute(Runnable task) {
        Worker next;
        synchronized (this) {
            if (closed) {
                throw new RejectedExecutionException("the threads are about to end");
            }
            if (waiting.size() == MOST_WAITING) {
                throw new RejectedExecutionException("as many tasks wait already as may");
            }
            // While there may be more threads, each task has one that will come to it, whatever the busy ones wait for.
            if (waiting.size() >= resting.size() + coming && threads < most) {
                start();
            }
            waiting.add(task);
            next = next();
        }
        wake(next);
    }

    /** Call with the lock held. */
    private void start() {
        new Worker(group.getName() + '-' + (started + 1)).thread.start();
        started++;
        threads++;
        coming++;
    }

    /** Who is to be woken, or null. Call with the lock held, and {@link #wake} without it. */
    private Worker next() {
        if (coming > 0 || waiting.isEmpty() || resting.isEmpty()) {
            return null;
        }
        coming++;
        Worker next = resting.pop();
        next.called = true;
        return next;
    }

    private static void wake(Worker worker) {
        if (worker != null) {
            LockSupport.unpark(worker.thread);
        }
    }

    /** Whether a thread is one of these. */
    public boolean own(Thread thread) {
        return thread.getThreadGroup() == group;
    }

    /** Takes nothing new; what runs or waits goes on. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            coming += resting.size();
            resting.forEach(worker -> {
                worker.called = true;
                wake(worker);
            });
            resting.clear();
        }
    }

    private final class Worker implements Runnable {

        private final Thread thread;
        /** Whether it is to come; changed with the lock held. */
        private volatile boolean called = true;

        Worker(String name) {
            thread = Threads.daemon(group, this, name);
        }

        @Override
        public void run() {
            do {
                for (Runnable task = task(); task != null; task = task()) {
                    run(task);
                }
            } while (rest());
        }

        /** What it does next; null if there is nothing, and then it is known to rest. */
        private Runnable task() {
            Runnable task;
            Worker next;
            synchronized (Workers.this) {
                if (called) {
                    called = false;
                    coming--;
                }
                task = waiting.poll();
                if (task == null && !closed) {
                    resting.push(this);
                }
                next = next();
            }
            wake(next);
            return task;
        }

        private void run(Runnable task) {
            // What one task was interrupted for is nothing to the next.
            Thread.interrupted();
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }

        /** @return when it is called; false if it ends, as it has rested for long or will not be called any more */
        private boolean rest() {
            long end = System.nanoTime() + LONGEST_REST;
            while (!called) {
                long left = closed ? 0 : end - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(this, left);
                } else if (leaves()) {
                    return false;
                }
            }
            return true;
        }

        private boolean leaves() {
            synchronized (Workers.this) {
                boolean leaves = !called && waiting.isEmpty();
                if (leaves) {
                    resting.remove(this);
                    threads--;
                }
                return leaves;
            }
        }
    }
}
