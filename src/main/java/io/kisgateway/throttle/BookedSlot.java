package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The time of a slot, which may be exchanged for a later one until the call has left. */
final class BookedSlot implements SendSlot {

    /** Decisions are made within 100 ms; this is only so that no fault there can hold a thread for ever. */
    private static final long MOST_MILLIS = 1000;
    /** Once more, as it may be this whole instance that stood still. */
    private static final int LOOKS = 2;

    private final PermitQueue queue;
    private final LongSupplier patienceMillis;
    private final Consumer<Slot> later;
    private final Function<Outcome.Refused, Problem> refusal;
    private volatile Slot slot;

    /**
     * @param later   where the slot goes that the call must wait for
     * @param refusal what is told if there is no other
     */
    BookedSlot(PermitQueue queue, Slot slot, LongSupplier patienceMillis, Consumer<Slot> later,
            Function<Outcome.Refused, Problem> refusal) {
        this.queue = queue;
        this.slot = slot;
        this.patienceMillis = patienceMillis;
        this.later = later;
        this.refusal = refusal;
    }

    @Override
    public boolean isOver(long nanoTime) {
        return nanoTime - slot.validUntilNanos() > 0;
    }

    @Override
    public boolean renew() {
        Decision decision = decide(queue.exchange(slot, patienceMillis.getAsLong()).toCompletableFuture());
        slot = decision.slot();
        if (slot == null) {
            throw refusal.apply(Outcome.Refused.of(decision));
        }
        return decision.verdict() == Decision.Verdict.GO;
    }

    private Decision decide(CompletableFuture<Decision> answer) {
        for (int look = 1;; look++) {
            try {
                return answer.get(MOST_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                slot = null;
                throw e.getCause() instanceof Problem problem ? problem
                        : Problem.of(ProblemCode.LIMITER_UNAVAILABLE, "The rate limiter could not be asked.").causedBy(e.getCause());
            } catch (TimeoutException e) {
                if (look == LOOKS) {
                    throw abandoned(answer, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw abandoned(answer, e);
            }
        }
    }

    private Problem abandoned(CompletableFuture<Decision> answer, Exception cause) {
        slot = null;
        var unused = answer.thenAccept(late -> {
            if (late.slot() != null) {
                queue.giveBack(late.slot());
            }
        });
        return refusal.apply(new Outcome.Refused(Limited.ENDPOINT, null, MOST_MILLIS)).causedBy(cause);
    }

    @Override
    public void unused() {
        Slot held = slot;
        slot = null;
        if (held != null) {
            queue.giveBack(held);
        }
    }

    @Override
    public void missed() {
        later.accept(slot);
    }
}
