package io.kisgateway.kis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** KIS's key for its WebSocket, asked for when it is needed and kept for half of the day that it is thought to be valid (facts 2.3). */
final class ApprovalKeys {

    private static final Duration KEPT = Duration.ofHours(12);

    private final Supplier<String> issuer;
    private final Executor workers;
    private final LongSupplier nanoTime;
    private CompletableFuture<String> key;
    private long askedAt;

    /** @param issuer blocks */
    ApprovalKeys(Supplier<String> issuer, Executor workers, LongSupplier nanoTime) {
        this.issuer = issuer;
        this.workers = workers;
        this.nanoTime = nanoTime;
    }

    /** @param refused one that KIS has refused, or null */
    synchronized CompletionStage<String> get(String refused) {
        boolean old = key == null || key.isCompletedExceptionally() || nanoTime.getAsLong() - askedAt > KEPT.toNanos()
                || refused != null && refused.equals(key.getNow(null));
        if (old) {
            askedAt = nanoTime.getAsLong();
            key = CompletableFuture.supplyAsync(issuer, workers);
        }
        return key.copy();
    }
}
