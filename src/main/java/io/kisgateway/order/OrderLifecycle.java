package io.kisgateway.order;

import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.OrderReceipt;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.OrderAlarms.Kind;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.Journal.Written;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.order.journal.StoredReply;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The orders that this gateway has on their way, and what is written down of each at which moment. */
final class OrderLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(OrderLifecycle.class);
    static final String NOT_LISTED = "; what KIS has of this operation cannot be looked up by this gateway";
    private static final int MOST_UNSETTLED = 10_000;
    private static final int TRIES = 8;
    /** A call to KIS begins when the order has been written down; no journal takes longer for that. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(3);
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final Journal journal;
    private final OrderNumbers numbers;
    private final OrderAlarms alarms;
    private final Duration callTimeout;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService timer;
    /** By entry id. What is in here is this instance's to bring to an end. */
    private final Map<String, OrderRun> running = new ConcurrentHashMap<>();
    private volatile Runnable onDoubt = () -> {};

    /**
     * @param callTimeout how long a call to KIS can last at most, repeats included
     * @param nanoTime    the monotonic clock
     * @param timer       nothing on it takes time
     */
    OrderLifecycle(Journal journal, OrderNumbers numbers, OrderAlarms alarms, Duration callTimeout, LongSupplier nanoTime,
            ScheduledExecutorService timer) {
        this.journal = Objects.requireNonNull(journal);
        this.numbers = numbers;
        this.alarms = alarms;
        this.callTimeout = callTimeout;
        this.clock = journal.clock();
        this.nanoTime = nanoTime;
        this.timer = timer;
    }

    /** What to do when an order's outcome has become unknown; must not block. */
    void onDoubt(Runnable action) {
        onDoubt = action;
    }

    Journal journal() {
        return journal;
    }

    InstantSource clock() {
        return clock;
    }

    /** Of the monotonic clock. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    boolean isRunning(String id) {
        return running.containsKey(id);
    }

    /** Orders that may be at KIS this very moment. */
    int inFlight() {
        return (int) running.values().stream().filter(OrderRun::isInFlight).count();
    }

    /** Sorts by time, differs between instances. */
    private String newId(Instant now) {
        return Long.toString(now.toEpochMilli(), Character.MAX_RADIX)
                + Long.toString(ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE, Character.MAX_RADIX);
    }

    Origin origin(Call call, String key, String fingerprint) {
        String client = call.client() == null ? null : call.client().name();
        Caller caller = call.attribute(Caller.class);
        return new Origin(call.endpoint(), caller == null ? null : client == null ? caller.toString() : caller.address(), client,
                call.requestId(), journal.instance(), key, fingerprint);
    }

    /**
     * A first entry for a key.
     *
     * @param replaced the entry that has the key and may lose it, or null
     * @return the order, or empty if somebody else was quicker
     */
    CompletionStage<Optional<OrderRun>> claim(Terms terms, Origin origin, OrderEntry replaced) {
        Instant now = clock.instant();
        OrderRun run = new OrderRun(OrderEntry.received(newId(now), terms, origin, now), true);
        running.put(run.entry().id(), run);
        return journal.create(run.entry(), replaced).whenComplete((written, failure) -> {
            if (failure != null || written != Written.DONE) {
                running.remove(run.entry().id());
            }
        }).thenApply(written -> written == Written.DONE ? Optional.of(run) : Optional.empty());
    }

    /** An order without a key: it is first written when it is about to be sent. */
    OrderRun start(Terms terms, Origin origin) {
        Instant now = clock.instant();
        return new OrderRun(OrderEntry.received(newId(now), terms, origin, now), false);
    }

    /** Writes down that it is about to be sent. Fails with the caller's answer if that cannot be, and then nothing may be sent. */
    CompletionStage<Void> send(OrderRun run, Terms complete) {
        if (run.isSettled()) {
            throw new IllegalStateException("order " + run.entry().id() + " has come to its end, and cannot be sent");
        }
        run.sending(nanoTime.getAsLong());
        Instant now = clock.instant();
        OrderEntry next = run.entry().sending(complete, numbers.highest(now), now, now.plus(longestCall()));
        running.put(next.id(), run);
        CompletionStage<Written> writing = run.isWritten() ? journal.replace(next) : journal.create(next, null);
        return writing.handle((written, failure) -> {
            if (failure == null && written == Written.DONE) {
                run.written(next);
                return null;
            }
            if (failure != null) {
                // It may have been written all the same; this instance knows that it was not sent.
                run.written(next);
                run.settled();
                takeBack(run, FIRST_WAIT);
                throw journalAway(failure);
            }
            if (!run.isWritten()) {
                running.remove(next.id());
            }
            throw switch (written) {
                case HALTED -> halted();
                default -> Problem.of(ProblemCode.ORDER_IN_PROGRESS,
                        "This request waited so long that another one with its Idempotency-Key took over")
                        .retryAfter(Duration.ofSeconds(1));
            };
        });
    }

    /** What may have been written though nobody said so: nothing was sent of it. Where nothing is written, nothing need be. */
    private void takeBack(OrderRun run, Duration wait) {
        String id = run.entry().id();
        journal.find(id).thenCompose(found -> takeBack(found.orElse(null))).whenComplete((done, failure) -> {
            if (failure == null || running.size() > MOST_UNSETTLED) {
                running.remove(id);
            } else {
                later(wait, () -> takeBack(run, shorter(wait.multipliedBy(2), LONGEST_WAIT)));
            }
        });
    }

    private CompletionStage<?> takeBack(OrderEntry found) {
        if (found == null || found.state() == OrderState.RECEIVED) {
            return found == null ? CompletableFuture.completedStage(null) : journal.remove(found);
        }
        return update(found, entry -> entry.state() == OrderState.NOT_PLACED ? entry
                : entry.notPlaced("It could not be written down in time, so it was not sent", clock.instant()));
    }

    private Duration longestCall() {
        return callTimeout.plus(LONGEST_WRITE);
    }

    /** Whether the moment until which it is written down that it may leave has not come, by either clock. */
    boolean mayLeave(OrderRun run) {
        return run.isInFlight() && clock.instant().isBefore(run.entry().deadline())
                && nanoTime.getAsLong() - run.sentNanos() < longestCall().toNanos();
    }

    /**
     * Whether KIS had confirmed the number for another order, or it is that of the order which was to be changed; no if the journal
     * cannot be asked: KIS's word is all there is then.
     */
    CompletionStage<Boolean> isAnothers(OrderRun run, OrderReceipt receipt) {
        String number = receipt.orderNo();
        if (number == null || number.equals(run.entry().terms().originalOrderNo())) {
            return CompletableFuture.completedStage(number != null);
        }
        return journal.owners(run.entry().day(), List.of(number)).thenCompose(owners -> {
            String owner = owners.get(number);
            return owner == null || owner.equals(run.entry().id()) ? CompletableFuture.completedStage(Optional.<OrderEntry>empty())
                    : journal.find(owner);
        }).thenApply(other -> other.map(OrderEntry::placement)
                .filter(placement -> placement.confirmed() && (receipt.organizationNo() == null
                        || placement.organizationNo() == null || receipt.organizationNo().equals(placement.organizationNo())))
                .isPresent())
                .exceptionally(failure -> false);
    }

    /** KIS took it. @return when, by KIS's clock, ISO 8601 with its offset; null if it did not say */
    String taken(OrderRun run, OrderReceipt receipt) {
        run.taken(receipt);
        return receipt.time() == null ? null : KoreanTime.near(clock.instant(), receipt.time());
    }

    static Problem halted() {
        return Problem.of(ProblemCode.TRADING_HALTED, "An operator has halted trading; queries and cancellations go on");
    }

    static Problem journalAway(Throwable cause) {
        return Problem.of(ProblemCode.JOURNAL_UNAVAILABLE, "The journal cannot be reached or written, so nothing was sent")
                .retryAfter(Duration.ofSeconds(1)).causedBy(cause);
    }

    /** Writes down how it ended; for {@link Call#beforeReply}. */
    CompletionStage<?> end(OrderRun run, Call call, Answer answer) {
        OrderEntry entry = run.entry();
        if (entry.state() == OrderState.RECEIVED) {
            run.settled();
            return release(run);
        }
        if (!run.isInFlight()) {
            return CompletableFuture.completedStage(null);
        }
        run.settled();
        Instant now = clock.instant();
        OrderReceipt receipt = run.receipt();
        if (receipt != null) {
            if (receipt.orderNo() != null) {
                numbers.seen(entry.day(), receipt.orderNo(), null, entry.floor());
            }
            return settle(run, before -> taken(before, receipt, answer, now));
        }
        if (call.orderFate() == OrderFate.NOT_PLACED) {
            boolean definite = answer.problem() == null || answer.problem().code() == ProblemCode.KIS_REJECTED;
            String why = answer.problem() == null ? "KIS had nothing left to do" : answer.problem().getMessage();
            return settle(run, before -> definite ? before.rejected(why, OrderReplies.stored(answer), now)
                    : before.notPlaced(why, now));
        }
        String why = answer.problem() == null ? "the route ended without an answer of KIS" : answer.problem().getMessage();
        if (!entry.terms().listed()) {
            return settle(run,
                    before -> before.state() == OrderState.SENDING ? before.unresolved(why + NOT_LISTED, now, OrderEntry.Lookup.NEVER)
                            : before);
        }
        // Who knows nothing undoes nothing that others have found out meanwhile.
        return settle(run, before -> before.state() == OrderState.SENDING ? before.unknown(why, now, now) : before).thenRun(onDoubt);
    }

    private static Placement placement(OrderReceipt receipt, Instant now) {
        return new Placement(receipt.orderNo(), receipt.organizationNo(),
                receipt.time() == null ? null : KoreanTime.near(now, receipt.time()), true);
    }

    private static OrderEntry taken(OrderEntry before, OrderReceipt receipt, Answer answer, Instant now) {
        Placement placement = receipt.orderNo() == null ? null : placement(receipt, now);
        StoredReply reply = answer.problem() == null ? OrderReplies.stored(answer) : OrderReplies.placed(before, placement);
        return placement == null ? before.taken(receipt.note(), reply, now) : before.placed(placement, reply, now);
    }

    /** Nothing was sent: the key is free again. */
    private CompletionStage<?> release(OrderRun run) {
        CompletionStage<Written> removing = run.isWritten() ? journal.remove(run.entry())
                : CompletableFuture.completedStage(Written.DONE);
        // Should it fail, the entry is in the journal and not running here, and is removed by the next round.
        return removing.whenComplete((written, failure) -> running.remove(run.entry().id()));
    }

    /** The change is written now or, if the journal is away, as soon as it is back. The order runs until it is. */
    private CompletionStage<Void> settle(OrderRun run, Function<OrderEntry, OrderEntry> change) {
        CompletableFuture<Void> firstTry = new CompletableFuture<>();
        OrderEntry end = change.apply(run.entry());
        settle(run, before -> saysTheSame(before, end) ? before : change.apply(before), FIRST_WAIT, firstTry);
        return firstTry;
    }

    /** A write of which nobody said that it was done may have been; and others may have found out the same. */
    private static boolean saysTheSame(OrderEntry written, OrderEntry end) {
        return written.state() == end.state() && Objects.equals(written.placement(), end.placement());
    }

    private void settle(OrderRun run, Function<OrderEntry, OrderEntry> change, Duration wait, CompletableFuture<Void> firstTry) {
        String id = run.entry().id();
        update(run.entry(), change).whenComplete((written, failure) -> {
            if (failure == null) {
                running.remove(id);
                firstTry.complete(null);
                return;
            }
            if (!firstTry.isDone()) {
                LOG.error("How order {} ended could not be written down ({}); it is tried until it can be", id, Stages.brief(failure));
            }
            firstTry.complete(null);
            if (running.size() > MOST_UNSETTLED) {
                running.remove(id);
                return;
            }
            later(wait, () -> settle(run, change, shorter(wait.multipliedBy(2), LONGEST_WAIT), firstTry));
        });
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    void later(Duration wait, Runnable task) {
        try {
            var unused = timer.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.warn("The gateway went down before an order's end was written; it will be looked up after the restart");
        }
    }

    /**
     * Changes what the journal has, beginning with what it is thought to have. If that has come to an end which the change
     * contradicts, it stands, and an operator is told.
     *
     * @param change gives back what it is given if there is nothing to change
     * @return what the journal has now
     */
    CompletionStage<OrderEntry> update(OrderEntry present, Function<OrderEntry, OrderEntry> change) {
        return update(present, change, TRIES);
    }

    @SuppressWarnings("ReferenceEquality")
    private CompletionStage<OrderEntry> update(OrderEntry present, Function<OrderEntry, OrderEntry> change, int tries) {
        OrderEntry next;
        try {
            next = change.apply(present);
        } catch (IllegalStateException e) {
            alarms.raise(Kind.REFUSED_TRANSITION, "What was found out of an order contradicts its end: " + e.getMessage());
            return CompletableFuture.completedStage(present);
        }
        if (next == present) {
            return CompletableFuture.completedStage(present);
        }
        return journal.replace(next).thenCompose(written -> switch (written) {
            case DONE -> CompletableFuture.completedStage(next);
            case CHANGED ->
                    tries == 0 ? CompletableFuture.failedStage(new IllegalStateException("order " + present.id() + " changes all the time"))
                            : journal.find(present.id()).thenCompose(found -> update(found.orElse(present), change, tries - 1));
            case NUMBER_TAKEN, HALTED -> CompletableFuture.completedStage(present);
        });
    }
}
