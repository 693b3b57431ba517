package io.kisgateway.order.journal;

import java.io.IOException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that works on a journal's files. It takes what is waiting, does it all, has the store commit once, and only
 * then tells those who wait. Whatever goes wrong, it lives on: without it no order could be sent.
 */
final class JournalThread {

    private static final Logger LOG = LoggerFactory.getLogger(JournalThread.class);
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration REOPEN_AFTER = Duration.ofSeconds(1);

    /** What the work is done on. */
    interface Store {
        /** Reads what is there; before the first work, and after each failure. */
        void open() throws IOException;

        void begin();

        /** When it returns, what was done since {@link #begin()} outlives the machine. */
        void commit() throws IOException;

        /** Nothing has been done since {@link #begin()}. */
        void rollBack();

        void close();
    }

    /** One thing to do on the store. */
    interface Work<T> {
        T run() throws IOException;
    }

    private record Job<T>(Work<T> work, CompletableFuture<T> result) { }

    private final Store store;
    private final String place;
    private final Clock clock;
    private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread = new Thread(this::work, "order-journal");
    private volatile boolean closed;
    /** Why the store is not open, or null; the thread's own, like the next. */
    private IOException fault;
    private Instant nextTry = Instant.MIN;

    /** @param place what the log calls the store */
    JournalThread(Store store, String place, Clock clock) {
        this.store = Objects.requireNonNull(store);
        this.place = place;
        this.clock = clock;
        thread.setDaemon(true);
    }

    /**
     * Opens, or says in the log why it could not: then it is tried again whenever something is to be done.
     *
     * @throws RuntimeException what the store throws of its own
     */
    void start() {
        open();
        thread.start();
    }

    private void open() {
        try {
            store.open();
            fault = null;
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException why) {
        LOG.error("OrderLifecycle cannot be written down in {}: {}. Until they can, every order is refused", place, why.toString());
        fault = why;
        nextTry = clock.instant().plus(REOPEN_AFTER);
    }

    <T> CompletionStage<T> ask(Work<T> work) {
        Job<T> job = new Job<>(work, new CompletableFuture<>());
        if (closed || !waiting.offer(job)) {
            return CompletableFuture.failedStage(new IOException(closed ? "the journal is closed" : "too much waits for the journal"));
        }
        return job.result().copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
            } catch (InterruptedException e) {
                break;
            }
            run(batch);
        }
        waiting.forEach(job -> job.result().completeExceptionally(new IOException("the journal is closed")));
        store.close();
    }

    private void run(List<Job<?>> batch) {
        store.begin();
        try {
            if (fault != null && !clock.instant().isBefore(nextTry)) {
                open();
            }
            List<Runnable> answers = new ArrayList<>();
            for (Job<?> job : batch) {
                answers.add(attempt(job));
            }
            store.commit();
            answers.forEach(Runnable::run);
        } catch (IOException | RuntimeException e) {
            store.rollBack();
            IOException why = e instanceof IOException io ? io : new IOException(e);
            failed(why);
            batch.forEach(job -> job.result().completeExceptionally(why));
        }
    }

    private <T> Runnable attempt(Job<T> job) {
        try {
            if (fault != null) {
                throw new IOException("the journal cannot be written", fault);
            }
            T result = job.work().run();
            return () -> job.result().complete(result);
        } catch (IOException | RuntimeException e) {
            return () -> job.result().completeExceptionally(e);
        }
    }

    /** What waits is still done. */
    void close() throws InterruptedException {
        closed = true;
        thread.join(PATIENCE.toMillis());
    }
}
