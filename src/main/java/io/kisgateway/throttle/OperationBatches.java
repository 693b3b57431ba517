package io.kisgateway.throttle;

import io.kisgateway.redis.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Calls the script with what is to be done: at most one call is under way, and what comes meanwhile goes together in the
 * next. Says so when the answer does not come in time.
 */
final class OperationBatches {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MOST_IN_BATCH = 256;

    /** Whose batches they are; called without locks, but for {@link #call}. */
    interface Owner {

        /** The call of the script that does this; under the lock. */
        CompletionStage<List<Long>> call(List<Operation> operations, long dueNanos);

        /** @param late whether nobody waits for the answer any more */
        void answered(List<Operation> operations, List<Long> reply, long sentNanos, boolean late);

        /** @param operations those under way and those that wait */
        void failed(List<Operation> operations, long sentNanos, String how);
    }

    private static final class Batch {
        final List<Operation> operations = new ArrayList<>();
        long sentNanos;
        long dueNanos;
        boolean excused;
    }

    private final Owner owner;
    private final Object lock;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final long patienceNanos;
    private final Deque<Operation> pending = new ArrayDeque<>();
    private Batch inFlight;
    private boolean watched;

    /** @param lock guards what is pending; the owner's */
    OperationBatches(Owner owner, Object lock, ScheduledExecutorService timer, LongSupplier nanoTime, long patienceNanos) {
        this.owner = owner;
        this.lock = lock;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.patienceNanos = patienceNanos;
    }

    /** Call with the lock held, and {@link #send} without it. */
    void add(Operation operation) {
        pending.add(operation);
    }

    void send() {
        Batch sent = new Batch();
        CompletionStage<List<Long>> reply;
        synchronized (lock) {
            if (inFlight != null || pending.isEmpty()) {
                return;
            }
            sent.sentNanos = nanoTime.getAsLong();
            sent.dueNanos = sent.sentNanos + patienceNanos;
            while (!pending.isEmpty() && sent.operations.size() < MOST_IN_BATCH) {
                Operation operation = pending.poll();
                sent.operations.add(operation);
                if (operation instanceof Operation.Question question) {
                    sent.dueNanos = Math.min(sent.dueNanos, question.askedNanos() + patienceNanos);
                }
            }
            inFlight = sent;
            reply = owner.call(sent.operations, sent.dueNanos);
            watch(sent.dueNanos);
        }
        reply.whenComplete((numbers, failure) -> {
            if (failure != null) {
                failed(sent, "fails (" + Reason.of(failure) + ")");
            } else if (numbers.get(1) < 0) {
                failed(sent, numbers.get(1) == -1 ? "answers too late" : "has lost its memory");
            } else {
                answered(sent, numbers);
            }
        });
    }

    private void answered(Batch sent, List<Long> numbers) {
        boolean late;
        synchronized (lock) {
            late = inFlight != sent;
            inFlight = late ? inFlight : null;
        }
        owner.answered(sent.operations, numbers, sent.sentNanos, late);
        send();
    }

    private void failed(Batch sent, String how) {
        List<Operation> all;
        synchronized (lock) {
            if (inFlight != sent) {
                return;
            }
            inFlight = null;
            all = new ArrayList<>(sent.operations);
            all.addAll(pending);
            pending.clear();
        }
        owner.failed(all, sent.sentNanos, how);
    }

    /** Looks after the call under way; one alarm at a time is enough. Call with the lock held. */
    private void watch(long atNanos) {
        if (watched) {
            return;
        }
        try {
            watched = true;
            var unused = timer.schedule(this::look, Math.max(0, atNanos - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            watched = false;
        }
    }

    private void look() {
        Batch sent;
        synchronized (lock) {
            watched = false;
            sent = inFlight;
            if (sent == null) {
                return;
            }
            long late = nanoTime.getAsLong() - sent.dueNanos;
            if (late < 0) {
                watch(sent.dueNanos);
                return;
            }
            if (late > PAUSE_NANOS && !sent.excused) {
                // It was this instance that stood still; the answer may be there already.
                sent.excused = true;
                watch(nanoTime.getAsLong() + PAUSE_NANOS);
                return;
            }
        }
        failed(sent, "does not answer within " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms");
    }
}
