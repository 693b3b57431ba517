package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Upstream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The account's budget at KIS, over all endpoints and instances: every call to KIS costs one. */
public final class AccountBudget {

    private final Limiter limiter;
    private final PermitQueue line;
    private final LongSupplier nanoTime;

    AccountBudget(Limiter limiter, PermitQueue line, LongSupplier nanoTime) {
        this.limiter = limiter;
        this.line = line;
        this.nanoTime = nanoTime;
    }

    PermitQueue line() {
        return line;
    }

    static Rank further(Upstream upstream) {
        return upstream.urgency() == Upstream.Urgency.QUERY ? Rank.CONTINUED : Rank.of(upstream.urgency());
    }

    /**
     * Completes when one call may leave for KIS, on a worker thread or at once, or fails with a {@link Problem}.
     *
     * @param patience how long it may take
     */
    public CompletionStage<SendSlot> take(Upstream upstream, Duration patience) {
        CompletableFuture<SendSlot> taken = new CompletableFuture<>();
        Waiter waiter = new Waiter(new Ask(null, RateLimits.NONE, patience.toMillis(), Rank.of(upstream.urgency()), true,
                upstream.ledger(), null), nanoTime.getAsLong()) {
            @Override
            void done(Outcome outcome) {
                complete(taken, outcome, patience);
            }
        };
        Outcome outcome = line.enter(waiter);
        if (outcome != null) {
            complete(taken, outcome, patience);
        }
        return taken;
    }

    private void complete(CompletableFuture<SendSlot> taken, Outcome outcome, Duration patience) {
        if (outcome instanceof Outcome.Granted granted) {
            taken.complete(new BookedSlot(line, granted.slot(), patience::toMillis, line::giveBack));
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
     * KIS said "too many" (EGW00201, or EGW00215 for the ledger): everyone slows down for a while, on all instances.
     */
    public void slowDown(boolean ledger) {
        limiter.slowDown(ledger);
    }
}
