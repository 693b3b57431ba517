package io.kisgateway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who runs what, and how much may wait for a thread. */
class WorkersTest {

    private static final int MOST_WAITING = 10_000;

    @AutoClose
    private final Workers workers = new Workers("test", 0, 1);
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

    @ParameterizedTest
    @CsvSource({"16, 16", "0, 16"})
    void noneOfAsManyTasksAsThereAreThreadsWaitsForAnother(int held, int free) {
        try (Workers many = new Workers("many", held, free)) {
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
                await().until(() -> ended.get() == tasks);
            }
        }
    }

    @Test
    void whileAllThatMayBeHeldAreTheOthersWork() {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch more = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Queue<Boolean> mayBeHeld = new ConcurrentLinkedQueue<>();
        try (Workers mixed = new Workers("mixed", 2, 1)) {
            for (int i = 0; i < 2; i++) {
                mixed.execute(() -> {
                    mayBeHeld.add(mixed.mayHold(Thread.currentThread()));
                    begun.countDown();
                    join(more);
                    for (int task = 0; task < 50; task++) {
                        mixed.execute(() -> {
                            mayBeHeld.add(mixed.mayHold(Thread.currentThread()));
                            done.incrementAndGet();
                        });
                    }
                    join(goOn);
                });
            }
            await().until(() -> begun.getCount() == 0);
            // Whoever makes a thread, it is not one of those that may be held.
            more.countDown();
            await().until(() -> done.get() == 100);
            goOn.countDown();
        }
        assertThat(mayBeHeld).startsWith(true, true).endsWith(false).hasSize(102);
        assertThat(Collections.frequency(mayBeHeld, true)).isEqualTo(2);
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
    void onceItIsClosedWhatWaitsIsDoneAndItsThreadsEnd() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Workers closing = new Workers("closing", 1, 1);
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
