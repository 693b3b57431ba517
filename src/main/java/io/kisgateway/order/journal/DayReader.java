package io.kisgateway.order.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Reads whole days from their files on a thread of its own, so that no order waits for it. */
final class DayReader {

    private static final int MOST_WAITING = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DayFiles files;
    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread = new Thread(this::work, "order-journal-reader");
    private volatile boolean closed;

    DayReader(DayFiles files) {
        this.files = files;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void work() {
        try {
            while (!closed) {
                Runnable read = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (read != null) {
                    read.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    CompletionStage<List<OrderEntry>> of(LocalDate day) {
        return ask(() -> files.read(day));
    }

    /** The latest entry with an order number. */
    CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo) {
        return ask(() -> {
            List<LocalDate> days = new ArrayList<>(files.days());
            Collections.reverse(days);
            for (LocalDate day : days) {
                Optional<OrderEntry> one = files.read(day).stream().filter(entry -> entry.placement() != null
                        && entry.placement().orderNo().equals(orderNo)).reduce((first, second) -> second);
                if (one.isPresent()) {
                    return one;
                }
            }
            return Optional.empty();
        });
    }

    private <T> CompletionStage<T> ask(JournalThread.Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        boolean taken = waiting.offer(() -> {
            try {
                result.complete(work.run());
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return taken ? result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) : CompletableFuture.failedStage(new IOException("too many read the journal"));
    }

    void close() {
        closed = true;
    }
}
