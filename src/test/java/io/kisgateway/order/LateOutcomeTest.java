package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.OrderReceipt;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.order.journal.Retention;
import io.kisgateway.order.journal.Terms;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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
        journal = Journal.inFolder(folder, "me", new Retention(Duration.ofDays(7), Duration.ofHours(24)), Clock.systemUTC(),
                Runnable::run);
        orders = new OrderLifecycle(journal, new OrderNumbers(), new OrderAlarms(Clock.systemUTC()), Duration.ofSeconds(3),
                System::nanoTime, timer);
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

        now(orders.end(run, call, new Answer(504, null, null, new byte[0], Problem.of(ProblemCode.KIS_TIMEOUT, "no reply in time"))));

        assertThat(now(journal.find(placed.id()))).hasValueSatisfying(entry -> {
            assertThat(entry.state()).isEqualTo(OrderState.PLACED);
            assertThat(entry.placement()).isEqualTo(FOUND);
        });
    }

    /** It was silent for a while, another instance took over and gave it a number; then it says what KIS told it. */
    @Test
    void whatKisToldTheSenderReplacesWhatALookupFoundAndFreesTheNumber() {
        for (ProblemCode code : new ProblemCode[] {ProblemCode.KIS_REJECTED, ProblemCode.KIS_THROTTLED}) {
            OrderEntry ended = ended("key-" + code, OrderFate.NOT_PLACED, null,
                    new Answer(422, "application/json", null, new byte[0], Problem.of(code, "no")));

            assertThat(ended.state()).isEqualTo(code == ProblemCode.KIS_REJECTED ? OrderState.REJECTED : OrderState.NOT_PLACED);
            assertThat(ended.placement()).isNull();
        }
        OrderEntry ended = ended("key-placed", OrderFate.PLACED, new OrderReceipt("0000000009", "91252", "100001", null),
                new Answer(200, "application/json", null, new byte[] {'{', '}'}, null));

        assertThat(ended.state()).isEqualTo(OrderState.PLACED);
        assertThat(ended.placement().orderNo()).isEqualTo("0000000009");
        assertThat(ended.placement().confirmed()).isTrue();
    }

    /** Another instance found it; its number is free again in the end. */
    private OrderEntry ended(String key, OrderFate fate, OrderReceipt receipt, Answer answer) {
        OrderRun run = sent(key);
        OrderEntry placed = found(run.entry());
        Call call = call();
        call.orderFate(fate);
        if (receipt != null) {
            run.taken(receipt);
        }
        now(orders.end(run, call, answer));
        assertThat(now(journal.owners(placed.day(), List.of(FOUND.orderNo())))).isEmpty();
        return now(journal.find(placed.id())).orElseThrow();
    }

    /** The time that is written down is over: somebody else may have judged it. */
    @Test
    void anOrderLeavesNoLaterThanIsWrittenDown() {
        AtomicLong nanos = new AtomicLong();
        OrderLifecycle slow = new OrderLifecycle(journal, new OrderNumbers(), new OrderAlarms(Clock.systemUTC()), Duration.ofSeconds(3),
                nanos::get, timer);
        OrderRun run = now(slow.claim(TERMS, slow.origin(call(), "late", "f"), null)).orElseThrow();
        now(slow.send(run, TERMS));

        assertThat(slow.mayLeave(run)).isTrue();
        nanos.addAndGet(Duration.ofSeconds(7).toNanos());
        assertThat(slow.mayLeave(run)).as("by the monotonic clock").isFalse();
        nanos.set(0);
        run.written(new OrderEntry(run.entry().id(), 9, TERMS, run.entry().origin(), OrderState.SENDING, null, null,
                Instant.now().minusMillis(1), null,
                null, false, null, run.entry().history(), OrderEntry.Lookup.NONE));
        assertThat(slow.mayLeave(run)).as("by the shared clock").isFalse();
    }

    /** Seen in the log: a gateway was said to have gone away by itself. */
    @Test
    void anOrderThatEndedHereInDoubtSinceItWasListedIsNotSaidToBeLeftBehind() {
        OrderRun run = sent("key");
        List<OrderEntry> listed = now(journal.open());
        AtomicBoolean isOld = new AtomicBoolean(true);
        Journal late = (Journal) Proxy.newProxyInstance(Journal.class.getClassLoader(), new Class<?>[] {Journal.class},
                (proxy, method, arguments) -> method.getName().equals("open") && isOld.getAndSet(false)
                        ? CompletableFuture.completedStage(listed) : method.invoke(journal, arguments));
        OrderLifecycle ending = new OrderLifecycle(late, new OrderNumbers(), new OrderAlarms(Clock.systemUTC()), Duration.ofSeconds(3),
                System::nanoTime, timer);
        Call call = call();
        call.orderFate(OrderFate.UNKNOWN);
        now(orders.end(run, call, new Answer(504, null, null, new byte[0], Problem.of(ProblemCode.KIS_TIMEOUT, "no reply in time"))));
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger log = (Logger) LoggerFactory.getLogger(Reconciler.class);
        log.addAppender(lines);
        LookupPace pace = new LookupPace(Duration.ofSeconds(30), Duration.ofSeconds(300), "other", System::nanoTime);
        LateSightings sightings =
                new LateSightings(ending, null, new KisClock(), new OrderAlarms(Clock.systemUTC()), Duration.ofSeconds(90));
        Lookup lookup = new Lookup(ending, null, new KisClock(), null, new NotPlaced(Duration.ofSeconds(30)), pace, sightings);
        try (Reconciler reconciler = new Reconciler(ending, new TradingHalt(late, Clock.systemUTC(), false), new AuditTrail(late), lookup,
                pace, sightings, Duration.ofSeconds(5), () -> CompletableFuture.completedStage(null))) {
            reconciler.soon();
        } finally {
            log.detachAppender(lines);
        }

        assertThat(now(journal.find(run.entry().id())).orElseThrow().reason()).isEqualTo("no reply in time");
        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).noneMatch(said -> said.contains("went away"));
    }

    @Test
    void whatContradictsAnEndThatKisToldIsRefusedAndToldOf() {
        OrderEntry placed = found(sent("end").entry());
        OrderAlarms alarms = new OrderAlarms(Clock.systemUTC());
        OrderLifecycle told = new OrderLifecycle(journal, new OrderNumbers(), alarms, Duration.ofSeconds(3), System::nanoTime, timer);
        OrderEntry rejected = now(told.update(placed, before -> before.rejected("no", null, Instant.now())));

        assertThat(now(told.update(rejected, before -> before.placed(FOUND, null, Instant.now())))).isEqualTo(rejected);
        assertThat(alarms.all()).filteredOn(alarm -> alarm.count() > 0).extracting(OrderAlarms.Alarm::kind)
                .containsExactly(OrderAlarms.Kind.REFUSED_TRANSITION);
    }

    /** Found by the fault campaign: Redis had written it and died before it could say so, and operators were told of a contradiction. */
    @Test
    void whatHasBeenWrittenWithoutAWordOfItIsNoContradiction() {
        OrderAlarms alarms = new OrderAlarms(Clock.systemUTC());
        OrderLifecycle told = new OrderLifecycle(journal, new OrderNumbers(), alarms, Duration.ofSeconds(3), System::nanoTime, timer);
        OrderRun placed = now(told.claim(TERMS, told.origin(call(), "placed", "f"), null)).orElseThrow();
        now(told.send(placed, TERMS));
        placed.taken(new OrderReceipt("0000000009", "91252", null, null));
        now(journal.replace(placed.entry().placed(new Placement("0000000009", "91252", null, true), null, Instant.now())));
        now(told.end(placed, call(), new Answer(200, "application/json", null, new byte[] {'{', '}'}, null)));
        OrderRun rejected = now(told.claim(TERMS, told.origin(call(), "rejected", "f"), null)).orElseThrow();
        now(told.send(rejected, TERMS));
        now(journal.replace(rejected.entry().rejected("no", null, Instant.now())));
        Call refused = call();
        refused.orderFate(OrderFate.NOT_PLACED);
        now(told.end(rejected, refused,
                new Answer(422, "application/json", null, new byte[0], Problem.of(ProblemCode.KIS_REJECTED, "no"))));

        assertThat(alarms.all()).allMatch(alarm -> alarm.count() == 0);
        assertThat(now(journal.find(placed.entry().id())).orElseThrow().state()).isEqualTo(OrderState.PLACED);
        assertThat(now(journal.find(rejected.entry().id())).orElseThrow().state()).isEqualTo(OrderState.REJECTED);
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
