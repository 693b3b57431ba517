package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.Retention;
import io.kisgateway.testing.TestClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders without a key, with a journal that does not take how they ended, or that knows of one under way. */
class UntoldOrdersTest {

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final AtomicBoolean fails = new AtomicBoolean(true);
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong();
    @TempDir
    private Path folder;
    private Journal journal;
    private UntoldOrders untold;

    @BeforeEach
    void open() {
        journal = Journal.inFolder(folder, "me", new Retention(Duration.ofDays(7), Duration.ofHours(24)), Clock.systemUTC(), Runnable::run);
        Journal failing = (Journal) Proxy.newProxyInstance(Journal.class.getClassLoader(), new Class<?>[] {Journal.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("untold") && fails.get()) {
                        return CompletableFuture.failedStage(new IllegalStateException("not this"));
                    }
                    if (method.getName().equals("borrowKey") && underWay.get()) {
                        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                        return CompletableFuture.completedStage(new Journal.Borrowed(null, "1"));
                    }
                    try {
                        return method.invoke(journal, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        untold = new UntoldOrders(new OrderLifecycle(failing, new OrderNumbers(), new OrderAlarms(Clock.systemUTC()), Duration.ofSeconds(3),
                nanos::get, timer), Runnable::run);
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        journal.close();
    }

    private static Call call() {
        return new Call("r", "trading-buy", "/api/trading/buy", true, System::nanoTime);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void moreThanCanBeRememberedAreRefusedAndWhatIsRememberedIsNoNewOrder() {
        List<UntoldOrders.Key> keys = new ArrayList<>();
        for (int i = 0; i < UntoldOrders.MOST_UNWRITTEN; i++) {
            Call call = call();
            keys.add(now(untold.key(call, "order " + i)));
            call.orderFate(OrderFate.UNKNOWN);
            call.told(true);
        }
        assertThatThrownBy(() -> now(untold.key(call(), "one more"))).isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.JOURNAL_UNAVAILABLE));

        fails.set(false);
        // At once, before it is tried again by itself.
        UntoldOrders.Key first = now(untold.key(call(), "order 0"));
        assertThat(first).isEqualTo(new UntoldOrders.Key(keys.get(0).name(), false));
        await().ignoreExceptionsInstanceOf(CompletionException.class)
                .until(() -> now(untold.key(call(), "one more")).fresh());
    }

    /** A gateway that lives, but says nothing, once kept a caller waiting for good. */
    @Test
    void oneLikeItOfWhichNothingIsHeardIsWaitedForWithABound() {
        fails.set(false);
        underWay.set(true);
        Call call = call();
        assertThat(untold.key(call, "order").toCompletableFuture()).failsWithin(Duration.ofSeconds(60)).withThrowableThat().havingCause()
                .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.ORDER_IN_PROGRESS));
        assertThat(call.orderFate()).isEqualTo(OrderFate.UNKNOWN);

        underWay.set(false);
        assertThat(now(untold.key(call(), "order")).fresh()).isTrue();
    }

    /** A session abroad goes on over midnight: what was lost before it, and came again after it, became a second order. */
    @Test
    void aRepeatAfterMidnightIsTheSameOrder(@TempDir Path other) {
        TestClock clock = TestClock.at("2026-11-23T23:59:58");
        try (Journal night = Journal.inFolder(other, "me", new Retention(Duration.ofDays(7), Duration.ofHours(24)), clock, Runnable::run)) {
            UntoldOrders orders = new UntoldOrders(new OrderLifecycle(night, new OrderNumbers(), new OrderAlarms(clock),
                    Duration.ofSeconds(3), nanos::get, timer), Runnable::run);
            Call lost = call();
            UntoldOrders.Key key = now(orders.key(lost, "order"));
            lost.told(false);

            clock.advance(Duration.ofSeconds(10));
            Call repeat = call();
            assertThat(now(orders.key(repeat, "order"))).isEqualTo(new UntoldOrders.Key(key.name(), false));
            repeat.told(false);
            clock.moveTo("2026-11-24T07:31:00");
            assertThat(now(orders.key(call(), "order")).fresh()).as("the next day's").isTrue();
        }
    }
}
