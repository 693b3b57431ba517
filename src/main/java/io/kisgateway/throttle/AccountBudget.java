package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Upstream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The account's budget at KIS, over all endpoints and instances: every call to KIS costs one. */
public final class AccountBudget {

    private final Limiter limiter;
    private final PermitLine line;
    private final Duration maxWait;
    private final LongSupplier nanoTime;

    AccountBudget(Limiter limiter, PermitLine line, Duration maxWait, LongSupplier nanoTime) {
        this.limiter = limiter;
        this.line = line;
        this.maxWait = maxWait;
        this.nanoTime = nanoTime;
    }

    PermitLine line() {
        return line;
    }

    /**
     * Completes when one call may leave for KIS, on a worker thread or at once, or fails with a {@link Problem}.
     *
     * @param patience how long it may take, null for the default
     */
    public CompletionStage<Void> take(Upstream upstream, Duration patience) {
        return take(Rank.of(upstream.urgency()), upstream.ledger(), patience);
    }

    /**
     * The same for one more page or a repeat of a call that has begun, which goes before new calls.
     */
    public CompletionStage<Void> takeFurther(Upstream upstream, Duration patience) {
        return take(further(upstream), upstream.ledger(), patience);
    }

    static Rank further(Upstream upstream) {
        return upstream.urgency() == Upstream.Urgency.QUERY ? Rank.CONTINUED : Rank.of(upstream.urgency());
    }

    private CompletionStage<Void> take(Rank rank, boolean ledger, Duration patience) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        Waiter waiter = new Waiter(new Ask(null, RateLimits.NONE, (patience == null ? maxWait : patience).toMillis(), rank,
                true, ledger, null), nanoTime.getAsLong()) {
            @Override
            void done(Outcome outcome) {
                complete(taken, outcome);
            }
        };
        Outcome outcome = line.enter(waiter);
        if (outcome != null) {
            complete(taken, outcome);
        }
        return taken;
    }

    private static void complete(CompletableFuture<Void> taken, Outcome outcome) {
        Problem problem = problem(outcome);
        if (problem == null) {
            taken.complete(null);
        } else {
            taken.completeExceptionally(problem);
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
