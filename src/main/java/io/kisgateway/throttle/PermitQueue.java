package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Those of one endpoint who wait on this instance, first come first served. The slots that the limiter reserved belong
 * to the line, not to the one who asked: they are given out in order of arrival, and when somebody leaves, those behind
 * move up and the line's last slot goes back to the limiter, where it is of most use. Parks no thread.
 */
final class PermitQueue {

    /** Timers may fire a little early by their own clock's grain. */
    private static final long EARLY_NANOS = 50_000;

    private final Limiter limiter;
    private final BreakerGate gate;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService timer;
    private final Executor workers;
    private final EndpointCounters counters;
    private final int most;
    /** Sorted by slot. */
    private final List<Waiter> waiting = new ArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private Future<?> alarm;
    private long alarmNanos;
    private long sequence;
    /** The first slot that nobody has, as far as is known; valid while {@link #freeKnown}. */
    private volatile long freeNanos;
    private volatile boolean freeKnown;

    /** @param most how many may wait at once */
    PermitQueue(Limiter limiter, BreakerGate gate, LongSupplier nanoTime, ScheduledExecutorService timer, Executor workers,
            EndpointCounters counters, int most) {
        this.limiter = limiter;
        this.gate = gate;
        this.nanoTime = nanoTime;
        this.timer = timer;
        this.workers = workers;
        this.counters = counters;
        this.most = most;
    }

    int length() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    /** Of those who wait now, nanoseconds. */
    long longestWait() {
        long now = nanoTime.getAsLong();
        long longest = 0;
        synchronized (waiting) {
            for (Waiter waiter : waiting) {
                longest = Math.max(longest, now - waiter.askedNanos);
            }
        }
        return longest;
    }

    /** The outcome if it is known at once, on this thread; else null, and {@link Waiter#done} is called on a worker. */
    Outcome enter(Waiter waiter) {
        Optional<Duration> shut = gate.shutFor();
        if (shut.isPresent()) {
            waiter.end();
            return new Outcome.Failed(circuitOpen(shut.get()));
        }
        long now = waiter.askedNanos;
        long free = freeNanos;
        // A flood costs little: nothing is free before `free`, so nobody needs to be asked.
        if (freeKnown && free > waiter.deadlineNanos && waiter.ask.instead() == null) {
            waiter.end();
            counters.refused();
            return new Outcome.Refused(null, (free - now) / 1_000_000 + 1);
        }
        if (inside.incrementAndGet() > most) {
            inside.decrementAndGet();
            waiter.end();
            counters.refused();
            return new Outcome.Refused(null, 1000);
        }
        number(waiter);
        CompletionStage<Decision> answer = limiter.ask(waiter.ask);
        var future = answer.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            return decided(waiter, future.join());
        }
        answer.whenComplete((decision, failure) -> {
            Outcome outcome = failure == null ? decided(waiter, decision) : failed(waiter, failure);
            if (outcome != null) {
                deliver(waiter, outcome);
            }
        });
        return null;
    }

    /** The same for one who holds a slot that lies ahead. */
    Outcome enter(Waiter waiter, Slot held) {
        Optional<Duration> shut = gate.shutFor();
        if (shut.isPresent()) {
            waiter.end();
            giveBack(held);
            return new Outcome.Failed(circuitOpen(shut.get()));
        }
        inside.incrementAndGet();
        number(waiter);
        line(waiter, held);
        return null;
    }

    /** Who has waited before goes before those who came since. */
    private void number(Waiter waiter) {
        synchronized (waiting) {
            waiter.sequence = waiter.ask.instead() != null ? 0 : ++sequence;
        }
    }

    /** Another slot for one whose time was missed. */
    CompletionStage<Decision> exchange(Slot slot, long patienceMillis) {
        return limiter.ask(slot.ask().instead(slot, patienceMillis));
    }

    /**
     * The waiter is gone, by hanging up or otherwise; its slot, or the line's last, goes back.
     *
     * @return whether it was still waiting for its outcome, which will now not come
     */
    boolean leave(Waiter waiter) {
        if (!waiter.end()) {
            return false;
        }
        Slot back;
        synchronized (waiting) {
            int i = waiting.indexOf(waiter);
            if (i < 0) {
                // Its decision is under way and will find it gone.
                return true;
            }
            back = waiter.slot;
            waiting.remove(i);
            for (; i < waiting.size(); i++) {
                Waiter next = waiting.get(i);
                Slot freed = next.slot;
                next.slot = back;
                back = freed;
            }
            arm();
        }
        inside.decrementAndGet();
        giveBack(back);
        return true;
    }

    void giveBack(Slot slot) {
        if (freeKnown && slot.goNanos() < freeNanos) {
            freeKnown = false;
        }
        limiter.giveBack(slot);
    }

    /** Nobody can get through: all who wait are told so, and their slots go back. */
    void dismiss(Problem problem) {
        List<Waiter> dismissed;
        synchronized (waiting) {
            dismissed = List.copyOf(waiting);
            waiting.clear();
            arm();
        }
        for (Waiter waiter : dismissed) {
            limiter.giveBack(waiter.slot);
            inside.decrementAndGet();
            if (waiter.end()) {
                deliver(waiter, new Outcome.Failed(problem));
            }
        }
        freeKnown = false;
    }

    /** What is known of free slots is of no use any more, since the limits have changed. */
    void forget() {
        freeKnown = false;
    }

    private Outcome decided(Waiter waiter, Decision decision) {
        long now = nanoTime.getAsLong();
        waiter.decision = decision;
        counters.decided(now - waiter.questionNanos);
        switch (decision.verdict()) {
            case GO -> {
                return granted(waiter, decision.slot());
            }
            case WAIT -> {
                if (gate.shutFor().isPresent()) {
                    return granted(waiter, decision.slot());
                }
                line(waiter, decision.slot());
                return null;
            }
            default -> {
                freeNanos = now + decision.millis() * 1_000_000;
                freeKnown = true;
                inside.decrementAndGet();
                if (!waiter.end()) {
                    return null;
                }
                counters.refused();
                return new Outcome.Refused(decision, decision.millis());
            }
        }
    }

    private Outcome failed(Waiter waiter, Throwable failure) {
        inside.decrementAndGet();
        Throwable cause = Stages.cause(failure);
        Problem problem = cause instanceof Problem known ? known
                : Problem.of(ProblemCode.LIMITER_UNAVAILABLE, "The rate limiter could not be asked.").causedBy(cause);
        return waiter.end() ? new Outcome.Failed(problem) : null;
    }

    private Outcome granted(Waiter waiter, Slot slot) {
        inside.decrementAndGet();
        if (!waiter.end()) {
            giveBack(slot);
            return null;
        }
        Optional<Duration> shut = gate.shutFor();
        if (shut.isPresent()) {
            giveBack(slot);
            return new Outcome.Failed(circuitOpen(shut.get()));
        }
        if (waiter.ask.instead() == null) {
            counters.granted(slot.at());
        }
        return new Outcome.Granted(slot, waiter.decision);
    }

    private void line(Waiter waiter, Slot slot) {
        if (enlist(waiter, slot)) {
            waiter.queued(slot.goNanos());
        } else {
            inside.decrementAndGet();
            giveBack(slot);
        }
    }

    private boolean enlist(Waiter waiter, Slot slot) {
        synchronized (waiting) {
            if (!waiter.ended()) {
                waiter.slot = slot;
                int i = waiting.size();
                while (i > 0 && waiting.get(i - 1).slot.goNanos() > slot.goNanos()) {
                    i--;
                }
                waiting.add(i, waiter);
                // One who was overtaken by an order has a later slot than those who came after them.
                for (; i > 0; i--) {
                    Waiter before = waiting.get(i - 1);
                    if (before.sequence <= waiter.sequence || before.deadlineNanos < waiter.slot.goNanos()) {
                        break;
                    }
                    swap(i - 1);
                }
                // A slot that came back to the limiter may lie before those of earlier arrivals: they move up instead.
                for (; i + 1 < waiting.size(); i++) {
                    Waiter next = waiting.get(i + 1);
                    if (next.sequence >= waiter.sequence || next.slot.goNanos() > waiter.deadlineNanos) {
                        break;
                    }
                    swap(i);
                }
                arm();
                return true;
            }
        }
        return false;
    }

    /** Lets two neighbours change places, not slots. */
    private void swap(int i) {
        Waiter first = waiting.get(i);
        Waiter second = waiting.get(i + 1);
        Slot slot = first.slot;
        first.slot = second.slot;
        second.slot = slot;
        waiting.set(i, second);
        waiting.set(i + 1, first);
    }

    /** Sets the alarm to the first slot; call with the lock held. */
    private void arm() {
        if (waiting.isEmpty()) {
            if (alarm != null) {
                alarm.cancel(false);
                alarm = null;
            }
            return;
        }
        long due = waiting.get(0).slot.goNanos();
        if (alarm != null) {
            if (alarmNanos == due) {
                return;
            }
            alarm.cancel(false);
        }
        alarmNanos = due;
        try {
            alarm = timer.schedule(this::due, Math.max(0, due - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            alarm = null;
        }
    }

    private void due() {
        List<Waiter> ready = new ArrayList<>(4);
        synchronized (waiting) {
            alarm = null;
            long now = nanoTime.getAsLong() + EARLY_NANOS;
            while (!waiting.isEmpty() && waiting.get(0).slot.goNanos() <= now) {
                ready.add(waiting.remove(0));
            }
            arm();
        }
        for (Waiter waiter : ready) {
            Slot slot = waiter.slot;
            if (slot.yields() || !limiter.stands(slot) || slot.validUntilNanos() < nanoTime.getAsLong()) {
                confirm(waiter, slot);
            } else {
                Outcome outcome = granted(waiter, slot);
                if (outcome != null) {
                    deliver(waiter, outcome);
                }
            }
        }
    }

    /** The limiter's books are others now: whoever waits with a slot that does not stand in them asks for one that does. */
    void ask() {
        List<Waiter> asking = new ArrayList<>();
        synchronized (waiting) {
            waiting.removeIf(waiter -> !limiter.stands(waiter.slot) && asking.add(waiter));
            arm();
        }
        asking.forEach(waiter -> confirm(waiter, waiter.slot));
    }

    /** Asks again for one whose turn has come, as more urgent calls may have gone before, or its time was missed. */
    private void confirm(Waiter waiter, Slot slot) {
        long patience = Math.max(0, (waiter.deadlineNanos - nanoTime.getAsLong()) / 1_000_000);
        waiter.questionNanos = nanoTime.getAsLong();
        limiter.ask(waiter.ask.instead(slot, patience)).whenComplete((decision, failure) -> {
            Outcome outcome = failure == null ? decided(waiter, decision) : failed(waiter, failure);
            if (outcome != null) {
                deliver(waiter, outcome);
            }
        });
    }

    private void deliver(Waiter waiter, Outcome outcome) {
        try {
            workers.execute(() -> waiter.done(outcome));
        } catch (RejectedExecutionException e) {
            if (outcome instanceof Outcome.Granted granted) {
                giveBack(granted.slot());
            }
            waiter.done(new Outcome.Failed(Problem.of(ProblemCode.OVERLOADED, "No thread is free to go on with the call.").causedBy(e)));
        }
    }

    static Problem circuitOpen(Duration wait) {
        return Problem.of(ProblemCode.CIRCUIT_OPEN, "Calls to KIS are stopped after repeated failures.").retryAfter(wait);
    }
}
