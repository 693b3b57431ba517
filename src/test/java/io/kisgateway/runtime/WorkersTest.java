package io.kisgateway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who runs what, and how much may wait for a thread. */
class WorkersTest {

    private static final int MOST_WAITING = 10_000;

    @AutoClose
    private final Workers workers = new Workers("test", 1);
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void whatIsTooMuchIsRefusedUntilThereIsRoomAgain() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        workers.execute(() -> {
            begun.countDown();
            await().until(() -> goOn.getCount() == 0);
        });
        await().until(() -> begun.getCount() == 0);
        for (int i = 0; i < MOST_WAITING; i++) {
            workers.execute(done::incrementAndGet);
        }
        assertThatThrownBy(() -> workers.execute(done::incrementAndGet)).isInstanceOf(RejectedExecutionException.class);
        goOn.countDown();
        await().until(() -> done.get() == MOST_WAITING);
        workers.execute(done::incrementAndGet);
        await().until(() -> done.get() == MOST_WAITING + 1);
    }

    @Test
    void whatIsRefusedOnceItIsClosedTakesNoRoom() {
        workers.close();
        for (int i = 0; i <= MOST_WAITING; i++) {
            assertThatThrownBy(() -> workers.execute(done::incrementAndGet)).isInstanceOf(RejectedExecutionException.class)
                    .hasMessageNotContaining("wait already");
        }
    }

    /** Threads are woken one after another; none of the tasks waits for another to end, however many threads there are by then. */
    @Test
    void asManyTasksAsThereMayBeThreadsRunAtOnce() {
        for (int i = 0; i < 20; i++) {
            try (Workers many = new Workers("many", 16)) {
                for (int tasks : new int[] {1, 3, 7, 16, 5, 16}) {
                    CountDownLatch together = new CountDownLatch(tasks);
                    AtomicInteger ended = new AtomicInteger();
                    for (int task = 0; task < tasks; task++) {
                        many.execute(() -> {
                            together.countDown();
                            join(together);
                            ended.incrementAndGet();
                        });
                    }
                    await().pollInterval(Duration.ofMillis(1)).until(() -> ended.get() == tasks);
                }
            }
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("some wait for others to end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatOneTaskLeavesBehindIsNothingToTheNext() {
        AtomicReference<Thread> first = new AtomicReference<>();
        AtomicReference<Throwable> told = new AtomicReference<>();
        workers.execute(() -> {
            first.set(Thread.currentThread());
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> told.set(thrown));
            Thread.currentThread().interrupt();
            throw new StackOverflowError("of the test");
        });
        AtomicReference<String> second = new AtomicReference<>();
        workers.execute(() -> second.set(Thread.currentThread().getName() + Thread.currentThread().isInterrupted()));
        await().until(() -> second.get() != null);
        assertThat(second.get()).isEqualTo(first.get().getName() + "false");
        assertThat(told.get()).hasMessage("of the test");
    }

    @Test
    void onceItIsClosedWhatWaitsIsDoneAndItsThreadsEnd() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Workers closing = new Workers("closing", 2);
        CountDownLatch both = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            closing.execute(() -> {
                threads.add(Thread.currentThread());
                both.countDown();
                join(both);
            });
        }
        await().until(() -> both.getCount() == 0);
        CountDownLatch goOn = new CountDownLatch(1);
        closing.execute(() -> join(goOn));
        closing.execute(() -> join(goOn));
        closing.execute(done::incrementAndGet);
        closing.close();
        goOn.countDown();
        await().until(() -> done.get() == 1);
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}
