package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The time of a slot, which may be exchanged for a later one until the call has left. */
final class BookedSlot implements SendSlot {

    /** Decisions are made within 100 ms; this is only so that no fault there can hold a thread for ever. */
    private static final long MOST_MILLIS = 1000;

    private final PermitQueue line;
    private final LongSupplier patienceMillis;
    private final Consumer<Slot> later;
    private volatile Slot slot;

    /** @param later where the slot goes that the call must wait for */
    BookedSlot(PermitQueue line, Slot slot, LongSupplier patienceMillis, Consumer<Slot> later) {
        this.line = line;
        this.slot = slot;
        this.patienceMillis = patienceMillis;
        this.later = later;
    }

    @Override
    public boolean isOver(long nanoTime) {
        return nanoTime - slot.validUntilNanos() > 0;
    }

    @Override
    public boolean renew() {
        Decision decision = decide(line.exchange(slot, patienceMillis.getAsLong()).toCompletableFuture());
        slot = decision.slot();
        if (slot == null) {
            throw AccountBudget.problem(new Outcome.Refused(decision, decision.millis()));
        }
        return decision.verdict() == Decision.Verdict.GO;
    }

    private Decision decide(CompletableFuture<Decision> answer) {
        try {
            return answer.get(MOST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            slot = null;
            throw e.getCause() instanceof Problem problem ? problem : unavailable(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            slot = null;
            var unused = answer.thenAccept(late -> {
                if (late.slot() != null) {
                    line.giveBack(late.slot());
                }
            });
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw unavailable(e);
        }
    }

    private static Problem unavailable(Throwable cause) {
        return Problem.of(ProblemCode.LIMITER_UNAVAILABLE, "The rate limiter could not be asked.").causedBy(cause);
    }

    @Override
    public void missed() {
        later.accept(slot);
    }
}
