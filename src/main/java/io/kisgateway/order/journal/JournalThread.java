package io.kisgateway.order.journal;

import io.kisgateway.runtime.Stages;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one thread that works on a journal's file. It takes what is waiting, does it all, has the store commit once, and only
 * then tells those who wait. Whatever goes wrong, an Error included, it lives on: without it no order could be sent.
 */
final class JournalThread {

    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration REOPEN_AFTER = Duration.ofSeconds(1);

    /** One thing to do on the store. */
    interface Work<T> {
        T run() throws IOException, SQLException;
    }

    /** The same of what has no result. */
    interface Action {
        void run() throws IOException, SQLException;
    }

    private record Job<T>(Work<T> work, CompletableFuture<T> result, CompletableFuture<T> told) {}

    private final SqliteStore store;
    private final Availability availability;
    private final Clock clock;
    private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread = new Thread(this::work, "order-journal");
    private volatile boolean closed;
    /** When a store that could not be opened is tried again; the thread's own. */
    private Instant nextTry = Instant.MIN;

    JournalThread(SqliteStore store, Availability availability, Clock clock) {
        this.store = Objects.requireNonNull(store);
        this.availability = availability;
        this.clock = clock;
        thread.setDaemon(true);
    }

    /**
     * Opens, or says in the log why it could not: then it is tried again whenever something is to be done.
     *
     * @throws IllegalStateException if the store is another's
     */
    void start() {
        try {
            store.open();
        } catch (IOException | SQLException | LinkageError e) {
            nextTry = clock.instant().plus(REOPEN_AFTER);
            availability.failed(words(e));
        }
        thread.start();
    }

    /** Whoever has waited too long is told so; what was not begun by then is not done any more. */
    <T> CompletionStage<T> ask(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<T> told = result.copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (closed || !waiting.offer(new Job<>(work, result, told))) {
            return CompletableFuture.failedStage(new IOException(closed ? "the journal is closed" : "too much waits for the journal"));
        }
        var unused = told.whenComplete((done, failure) -> {
            if (failure instanceof TimeoutException) {
                availability.failed("nothing was written for " + PATIENCE.toSeconds() + " s");
            }
        });
        return told;
    }

    CompletionStage<Void> run(Action action) {
        return ask(() -> {
            action.run();
            return null;
        });
    }

    private void work() {
        List<Job<?>> batch = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            batch.clear();
            try {
                Job<?> first = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, MOST_AT_ONCE - 1);
                run(batch);
            } catch (InterruptedException e) {
                break;
            } catch (Throwable e) {
                fail(batch, e);
            }
        }
        waiting.forEach(job -> job.result().completeExceptionally(new IOException("the journal is closed")));
        store.close();
    }

    private void run(List<Job<?>> batch) {
        List<Runnable> answers = new ArrayList<>();
        try {
            reopen();
            store.begin();
            for (Job<?> job : batch) {
                if (!job.told().isDone()) {
                    answers.add(attempt(job));
                }
            }
            if (store.commit()) {
                availability.wrote();
            }
        } catch (Throwable e) {
            store.rollBack();
            availability.failed(words(e));
            fail(batch, e);
            return;
        }
        answers.forEach(Runnable::run);
    }

    private static String words(Throwable fault) {
        return fault instanceof SQLException || fault instanceof LinkageError ? fault.getMessage() : Stages.brief(fault);
    }

    private void reopen() throws IOException, SQLException {
        if (store.isOpen()) {
            return;
        }
        if (clock.instant().isBefore(nextTry)) {
            throw new IOException("the journal cannot be opened");
        }
        nextTry = clock.instant().plus(REOPEN_AFTER);
        store.open();
        availability.wrote();
    }

    private static void fail(List<Job<?>> batch, Throwable why) {
        batch.forEach(job -> job.result().completeExceptionally(new IOException("the journal cannot be written", why)));
    }

    /** A fault of the store ends the whole batch, any other only this job. */
    private <T> Runnable attempt(Job<T> job) throws SQLException {
        try {
            T result = store.alone(job.work());
            return () -> job.result().complete(result);
        } catch (SQLException e) {
            throw e;
        } catch (Throwable e) {
            return () -> job.result().completeExceptionally(e);
        }
    }

    /** What waits is still done. */
    void close() throws InterruptedException {
        closed = true;
        thread.join(PATIENCE.toMillis());
    }
}
