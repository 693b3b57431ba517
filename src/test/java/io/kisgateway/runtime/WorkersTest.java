package io.kisgateway.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How much may wait for a thread. */
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
}
