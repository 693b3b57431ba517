package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.order.journal.Retention;
import io.kisgateway.order.journal.Terms;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sender of an order writes down late, when others have seen to the order meanwhile. */
class LateOutcomeTest {

    private static final Terms TERMS = new Terms(Terms.Action.BUY, "005930", 1, 0, null);
    private static final Placement FOUND = new Placement("0000000007", null, "2026-11-23T10:00:00+09:00", false);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    @TempDir
    private Path folder;
    private Journal journal;
    private OrderLifecycle orders;

    @BeforeEach
    void open() {
        journal = Journal.inFolder(folder, "me", new Retention(Duration.ofDays(7), Duration.ofHours(24)), Clock.systemUTC());
        orders = new OrderLifecycle(journal, new OrderNumbers(), new OrderAlarms(Clock.systemUTC()), Duration.ofSeconds(3), System::nanoTime, timer);
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        journal.close();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Call call() {
        return new Call("r", "trading-buy", "/api/trading/buy", true, System::nanoTime);
    }

    private OrderRun sent(String key) {
        OrderRun run = now(orders.claim(TERMS, orders.origin(call(), key, "f"), null)).orElseThrow();
        now(orders.send(run, TERMS));
        return run;
    }

    /** Another instance took over, and the lookup found the order. */
    private OrderEntry found(OrderEntry sending) {
        OrderEntry unknown = sending.unknown("the gateway went away", Instant.now(), Instant.now());
        OrderEntry placed = unknown.placed(FOUND, null, Instant.now());
        assertThat(now(journal.replace(unknown))).isEqualTo(Journal.Written.DONE);
        assertThat(now(journal.replace(placed))).isEqualTo(Journal.Written.DONE);
        return placed;
    }

    /** Found by the fault campaign: the order went back to unknown, its own number was taken for another's, and it was "not placed". */
    @Test
    void aSenderThatKnowsNothingDoesNotUndoWhatALookupFound() {
        OrderRun run = sent("key");
        OrderEntry placed = found(run.entry());
        Call call = call();
        call.orderFate(OrderFate.UNKNOWN);

        now(orders.end(run, call, new Answer(504, null, null, new byte[0], null, Problem.of(ProblemCode.KIS_TIMEOUT, "no reply in time"))));

        assertThat(now(journal.find(placed.id()))).hasValueSatisfying(entry -> {
            assertThat(entry.state()).isEqualTo(OrderState.PLACED);
            assertThat(entry.placement()).isEqualTo(FOUND);
        });
    }

    @Test
    void onlyANumberThatALookupFoundCanBeLost() {
        OrderEntry loser = found(sent("key").entry());
        OrderEntry sending = sent("other").entry();
        Placement confirmed = new Placement(FOUND.orderNo(), null, FOUND.orderedAt(), true);
        assertThat(now(journal.replace(sending.placed(confirmed, null, Instant.now())))).isEqualTo(Journal.Written.DONE);
        assertThat(now(journal.find(loser.id())).orElseThrow().state()).isEqualTo(OrderState.UNKNOWN);

        OrderEntry third = sent("third").entry();
        assertThat(now(journal.replace(third.placed(confirmed, null, Instant.now())))).isEqualTo(Journal.Written.DONE);
        assertThat(now(journal.find(sending.id())).orElseThrow().state()).as("KIS confirmed it").isEqualTo(OrderState.PLACED);
    }
}
