package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.Stages;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** How a request for a permit ends: once, counted, and told on a worker. */
final class Outcomes {

    private final BreakerGate gate;
    private final Executor workers;
    private final EndpointCounters counters;
    private final Consumer<Slot> giveBack;

    /** @param giveBack where slots go that nobody uses */
    Outcomes(BreakerGate gate, Executor workers, EndpointCounters counters, Consumer<Slot> giveBack) {
        this.gate = gate;
        this.workers = workers;
        this.counters = counters;
        this.giveBack = giveBack;
    }

    /** Ends it if no calls get through to KIS; else null. */
    Outcome shut(Waiter waiter) {
        Optional<Duration> shut = waiter.passesBreaker() ? Optional.empty() : gate.shutFor();
        return shut.isPresent() && waiter.end() ? new Outcome.Failed(Problem.circuitOpen(shut.get())) : null;
    }

    /** Null if it has ended before. */
    Outcome refused(Waiter waiter, Outcome.Refused refusal) {
        if (!waiter.end()) {
            return null;
        }
        counters.refused();
        return refusal;
    }

    Outcome granted(Waiter waiter, Slot slot) {
        if (!waiter.end()) {
            giveBack.accept(slot);
            return null;
        }
        Optional<Duration> shut = waiter.passesBreaker() ? Optional.empty() : gate.shutFor();
        if (shut.isPresent()) {
            giveBack.accept(slot);
            return new Outcome.Failed(Problem.circuitOpen(shut.get()));
        }
        if (waiter.ask.instead() == null) {
            counters.granted(slot.at());
        }
        return new Outcome.Granted(slot, waiter.decision);
    }

    /** The limiter gave no answer. Null if it has ended before. */
    Outcome failed(Waiter waiter, Throwable failure) {
        Throwable cause = Stages.cause(failure);
        Problem problem = cause instanceof Problem known ? known
                : Problem.of(ProblemCode.LIMITER_UNAVAILABLE, "The rate limiter could not be asked.").causedBy(cause);
        return waiter.end() ? new Outcome.Failed(problem) : null;
    }

    /** @param outcome null if there is nothing to tell: it is still to come, or has been told */
    void deliver(Waiter waiter, Outcome outcome) {
        if (outcome == null) {
            return;
        }
        try {
            workers.execute(() -> waiter.done(outcome));
        } catch (RejectedExecutionException e) {
            if (outcome instanceof Outcome.Granted granted) {
                giveBack.accept(granted.slot());
            }
            waiter.done(new Outcome.Failed(Problem.of(ProblemCode.OVERLOADED, "No thread is free to go on with the call.").causedBy(e)));
        }
    }

    /** The outcome; or null, and it is told on a worker: the network's thread serves everybody, and what comes now may take time. */
    Outcome hereOrLater(Waiter waiter, Outcome outcome) {
        if (!Context.isOnEventLoopThread()) {
            return outcome;
        }
        deliver(waiter, outcome);
        return null;
    }
}
