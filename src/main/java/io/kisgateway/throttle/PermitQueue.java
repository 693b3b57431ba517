package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Those who wait for one kind of permit on this instance. The slots that the limiter reserved belong to all of them, not
 * to the one who asked: they are given out in the order of {@link WaitingLine}, and when somebody leaves, the last slot
 * goes back to the limiter, where it is of most use. Parks no thread.
 */
final class PermitQueue {

    /** Timers may fire a little early by their own clock's grain. */
    private static final long EARLY_NANOS = 50_000;

    private final Limiter limiter;
    private final LongSupplier nanoTime;
    private final EndpointCounters counters;
    private final Outcomes outcomes;
    private final QueryTurns turns;
    private final int most;
    private final WaitingLine line = new WaitingLine();
    private int inside;
    private final Alarm alarm;
    private final LastRefusal lastRefusal = new LastRefusal();

    /** @param most how many may wait at once */
    PermitQueue(Limiter limiter, BreakerGate gate, LongSupplier nanoTime, ScheduledExecutorService timer, Executor workers,
            EndpointCounters counters, QueryTurns turns, int most) {
        this.limiter = limiter;
        this.nanoTime = nanoTime;
        this.counters = counters;
        this.turns = turns;
        this.outcomes = new Outcomes(gate, workers, counters, this::giveBack);
        this.alarm = new Alarm(timer, nanoTime, this::due);
        this.most = most;
    }

    int length() {
        synchronized (line) {
            return line.size();
        }
    }

    /** Of those who wait now, nanoseconds. */
    long longestWait() {
        synchronized (line) {
            return line.longestWait(nanoTime.getAsLong());
        }
    }

    /** The outcome if it is known at once, on this thread; else null, and {@link Waiter#done} is called on a worker. */
    Outcome enter(Waiter waiter) {
        return outcomes.hereOrLater(waiter, entered(waiter));
    }

    private Outcome entered(Waiter waiter) {
        Ask ask = waiter.ask;
        Outcome shut = outcomes.shut(waiter);
        if (shut != null) {
            if (ask.instead() != null) {
                giveBack(ask.instead());
            }
            return shut;
        }
        long now = waiter.askedNanos;
        synchronized (line) {
            waiter.client = line.known(waiter.client);
            if (ask.instead() != null) {
                // On its way already: it keeps its rank, and a queue that is full does not refuse it.
                waiter.before(Long.MIN_VALUE);
            } else {
                int own = line.inside(waiter.client.name());
                ask = ask.with(ask.rank().behind(own > 0), ask.patienceMillis());
                Outcome.Refused known = lastRefusal.standsFor(ask.rank(), waiter.deadlineNanos, now);
                if (known != null && !line.mayDisplace(waiter)) {
                    return outcomes.refused(waiter, known);
                }
                if (inside >= most || own >= waiter.client.places(most)) {
                    return outcomes.refused(waiter, inside >= most ? line.isFull(now) : line.isFullOf(waiter, now));
                }
            }
            inside++;
            long latest = line.arrives(waiter);
            ask = ask.with(ask.rank(), (latest - now) / 1_000_000);
        }
        return ask(waiter, ask);
    }

    private Outcome ask(Waiter waiter, Ask ask) {
        CompletionStage<Decision> answer = limiter.ask(ask);
        var future = answer.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            return decided(waiter, ask, future.join());
        }
        answer.whenComplete((decision, failure) -> {
            outcomes.deliver(waiter, failure == null ? decided(waiter, ask, decision) : failed(waiter, failure));
        });
        return null;
    }

    /** The same for one who holds a slot that lies ahead. */
    Outcome enter(Waiter waiter, Slot held) {
        Outcome shut = outcomes.shut(waiter);
        if (shut != null) {
            giveBack(held);
            return shut;
        }
        synchronized (line) {
            inside++;
            waiter.client = line.known(waiter.client);
            line.arrives(waiter);
            waiter.before(Long.MIN_VALUE);
        }
        return place(waiter, held, null);
    }

    /** Another slot for one whose time was missed. */
    CompletionStage<Decision> exchange(Slot slot, long patienceMillis) {
        return limiter.ask(slot.ask().instead(slot, patienceMillis));
    }

    /**
     * The waiter is gone, by hanging up or otherwise; the last slot goes back.
     *
     * @return whether it was still waiting for its outcome, which will now not come
     */
    boolean leave(Waiter waiter) {
        if (!waiter.end()) {
            return false;
        }
        Slot back;
        synchronized (line) {
            back = line.remove(waiter);
            if (back == null) {
                // Its decision is under way and will find it gone.
                return true;
            }
            exit(waiter);
            arm();
        }
        giveBack(back);
        return true;
    }

    /** Once for each that came in. */
    private void exit(Waiter waiter) {
        synchronized (line) {
            inside--;
            line.left(waiter);
        }
    }

    /** One of its calls that have begun goes on. */
    void paged(Slot slot) {
        turns.paged(slot);
    }

    void giveBack(Slot slot) {
        lastRefusal.forget();
        limiter.giveBack(slot);
    }

    /** Nobody can get through: all who wait are told so, and their slots go back. */
    void dismiss(Problem problem) {
        List<WaitingLine.Due> dismissed;
        synchronized (line) {
            dismissed = line.takeAll(slot -> true);
            dismissed.forEach(due -> exit(due.waiter()));
            arm();
        }
        for (WaitingLine.Due due : dismissed) {
            giveBack(due.slot());
            if (due.waiter().end()) {
                outcomes.deliver(due.waiter(), new Outcome.Failed(problem));
            }
        }
    }

    /** What is known of free slots is of no use any more, since the limits have changed. */
    void forget() {
        lastRefusal.forget();
    }

    private Outcome decided(Waiter waiter, Ask ask, Decision decision) {
        long now = nanoTime.getAsLong();
        waiter.decision = decision;
        counters.decided(now - waiter.questionNanos);
        return switch (decision.verdict()) {
            case GO -> {
                exit(waiter);
                turns.went(ask.instead());
                yield outcomes.granted(waiter, decision.slot());
            }
            case WAIT -> {
                turns.lost(ask.instead(), decision.slot());
                yield place(waiter, decision.slot(), null);
            }
            default -> {
                Outcome.Refused refusal = Outcome.Refused.of(decision);
                lastRefusal.learn(refusal, ask.rank(), decision.millis(), now);
                yield place(waiter, null, refusal);
            }
        };
    }

    private Outcome failed(Waiter waiter, Throwable failure) {
        exit(waiter);
        return outcomes.failed(waiter, failure);
    }

    /**
     * @param slot      one more for all, or null
     * @param otherwise if there is no place; null for a refusal until the slot is due
     */
    private Outcome place(Waiter waiter, Slot slot, Outcome.Refused otherwise) {
        WaitingLine.Placed placed;
        Outcome.Refused lost = null;
        synchronized (line) {
            boolean gone = waiter.ended();
            placed = gone ? new WaitingLine.Placed(false, null, slot) : line.place(waiter, slot);
            if (!placed.placed()) {
                exit(waiter);
            }
            if (placed.displaced() != null) {
                exit(placed.displaced());
                lost = line.isLost(placed.displaced(), waiter, nanoTime.getAsLong());
            }
            arm();
        }
        if (placed.left() != null) {
            giveBack(placed.left());
        }
        if (placed.displaced() != null) {
            outcomes.deliver(placed.displaced(), outcomes.refused(placed.displaced(), lost));
        }
        if (!placed.placed()) {
            return outcomes.refused(waiter, otherwise != null ? otherwise
                    : new Outcome.Refused(Limited.ENDPOINT, null, Math.max(1, (slot.goNanos() - nanoTime.getAsLong()) / 1_000_000)));
        }
        if (slot != null) {
            waiter.queued(Math.min(slot.goNanos(), waiter.deadlineNanos));
        }
        return null;
    }

    /** Call with the lock held, after each change. */
    private void arm() {
        if (line.size() == 0) {
            alarm.off();
        } else {
            alarm.at(line.firstSlot().goNanos());
        }
    }

    private void due() {
        List<WaitingLine.Due> ready = new ArrayList<>(4);
        synchronized (line) {
            alarm.off();
            long now = nanoTime.getAsLong() + EARLY_NANOS;
            while (line.size() > 0 && line.firstSlot().goNanos() <= now) {
                ready.add(line.takeFirst());
            }
            arm();
        }
        for (WaitingLine.Due due : ready) {
            Slot slot = due.slot();
            if (slot.yields() || !limiter.stands(slot) || slot.validUntilNanos() < nanoTime.getAsLong()) {
                confirm(due.waiter(), slot, due.waiter() == ready.get(0).waiter());
            } else {
                exit(due.waiter());
                outcomes.deliver(due.waiter(), outcomes.granted(due.waiter(), slot));
            }
        }
    }

    /** Slots are kept elsewhere now: whoever waits with one that does not stand asks for one that does. */
    void ask() {
        List<WaitingLine.Due> asking;
        synchronized (line) {
            asking = line.takeAll(slot -> !limiter.stands(slot));
            arm();
        }
        asking.forEach(due -> confirm(due.waiter(), due.slot(), due.waiter() == asking.get(0).waiter()));
    }

    /** Asks again for one whose slot is due, as more urgent calls may have gone before, or its time was missed. */
    private void confirm(Waiter waiter, Slot slot, boolean first) {
        long now = nanoTime.getAsLong();
        waiter.questionNanos = now;
        Ask ask = waiter.ask.instead(slot, Math.max(0, (waiter.deadlineNanos - now) / 1_000_000));
        ask = first ? turns.turn(ask) : ask.with(ask.rank().behind(true), ask.patienceMillis());
        outcomes.deliver(waiter, ask(waiter, ask));
    }
}
