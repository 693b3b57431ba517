package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Urgency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The account's budget at KIS, over all endpoints and instances: every call to KIS costs one. */
public final class AccountBudget {

    /** How often a background call may wait like a query, where there never is room at once. */
    private static final long BACKGROUND_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration BACKGROUND_PATIENCE = Duration.ofSeconds(5);

    private final Limiter limiter;
    /** One of each rank: nobody takes a slot that was reserved as another kind. */
    private final List<PermitQueue> queues = new ArrayList<>();
    private final LongSupplier nanoTime;
    private final AtomicLong backgroundWaitsAt;

    AccountBudget(Limiter limiter, Supplier<PermitQueue> queue, LongSupplier nanoTime) {
        this.limiter = limiter;
        this.nanoTime = nanoTime;
        this.backgroundWaitsAt = new AtomicLong(nanoTime.getAsLong());
        for (int i = 0; i < Rank.values().length; i++) {
            queues.add(queue.get());
        }
    }

    PermitQueue queue(Ask ask) {
        return queues.get(ask.rank().ordinal());
    }

    List<PermitQueue> queues() {
        return queues;
    }

    /** The question for one more call of the account's, which belongs to no endpoint or has used its endpoint's permit. */
    Ask ask(Urgency urgency, Duration patience) {
        return switch (urgency) {
            case ORDER -> ask(Rank.ORDER, patience);
            case QUERY -> ask(Rank.CONTINUED, patience);
            case BACKGROUND -> backgroundMayWait() ? ask(Rank.QUERY, BACKGROUND_PATIENCE) : ask(Rank.FURTHER_QUERY, Duration.ZERO);
        };
    }

    private static Ask ask(Rank rank, Duration patience) {
        return new Ask(null, RateLimits.NONE, patience.toMillis(), rank);
    }

    private boolean backgroundMayWait() {
        long now = nanoTime.getAsLong();
        long waitsAt = backgroundWaitsAt.get();
        return now - waitsAt >= 0 && backgroundWaitsAt.compareAndSet(waitsAt, now + BACKGROUND_NANOS);
    }

    /**
     * Completes when one call may leave for KIS, on a worker thread or at once, or fails with a {@link Problem}.
     *
     * @param patience how long it may take
     */
    public CompletionStage<SendSlot> take(Urgency urgency, Duration patience) {
        CompletableFuture<SendSlot> taken = new CompletableFuture<>();
        Ask ask = ask(urgency, patience);
        PermitQueue queue = queue(ask);
        Waiter waiter = new Waiter(ask, PermitClient.NONE, nanoTime.getAsLong()) {
            @Override
            void done(Outcome outcome) {
                complete(taken, queue, outcome, patience);
            }
        };
        Outcome outcome = queue.enter(waiter);
        if (outcome != null) {
            complete(taken, queue, outcome, patience);
        }
        return taken;
    }

    private static void complete(CompletableFuture<SendSlot> taken, PermitQueue queue, Outcome outcome, Duration patience) {
        if (outcome instanceof Outcome.Granted granted) {
            taken.complete(new BookedSlot(queue, granted.slot(), patience::toMillis, queue::giveBack, AccountBudget::problem));
        } else {
            taken.completeExceptionally(problem(outcome));
        }
    }

    /** Null if granted. */
    static Problem problem(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return Problem.of(ProblemCode.RATE_LIMITED, "The account's budget of calls to KIS is spoken for.")
                    .retryAfter(Duration.ofMillis(refused.retryMillis()));
        }
        return outcome instanceof Outcome.Failed failed ? failed.problem() : null;
    }

    /**
     * KIS said "too many" (EGW00201, EGW00215): everyone slows down for a while, on all instances.
     */
    public void slowDown() {
        limiter.slowDown();
    }
}
