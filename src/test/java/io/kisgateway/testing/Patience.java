package io.kisgateway.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** How long tests wait for something that has to happen: so long that no machine is too slow, and never for good. */
public final class Patience implements BeforeAllCallback {

    /** What {@link Awaitility} waits, too. */
    public static final Duration MOST = Duration.ofMinutes(2);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(MOST);
    }

    /** Waits for a process to end. */
    public static void awaitEnd(Process process) {
        if (!isInTime(() -> process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS))) {
            throw new IllegalStateException("process " + process.pid() + " does not end");
        }
    }

    public static void await(CountDownLatch latch) {
        if (!isInTime(() -> latch.await(MOST.toSeconds(), TimeUnit.SECONDS))) {
            throw new IllegalStateException("it has not come to that");
        }
    }

    private interface Wait {
        boolean isOver() throws InterruptedException;
    }

    private static boolean isInTime(Wait wait) {
        try {
            return wait.isOver();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it comes to. */
    public static <T> T result(Future<T> future) {
        try {
            return future.get(MOST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next of them that is wanted; others before it are thrown away. */
    public static <T> T next(BlockingQueue<T> all, Predicate<T> wanted, String what) {
        long deadline = System.nanoTime() + MOST.toNanos();
        List<T> others = new ArrayList<>();
        try {
            while (true) {
                T one = all.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (one == null) {
                    throw new AssertionError("no " + what + ", but " + others);
                }
                if (wanted.test(one)) {
                    return one;
                }
                others.add(one);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
