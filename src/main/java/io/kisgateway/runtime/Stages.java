package io.kisgateway.runtime;

import io.kisgateway.redis.RedisConnection;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Completion stages. */
public final class Stages {

    private Stages() {}

    /** Completes when all have. */
    public static CompletableFuture<Void> all(Collection<? extends CompletionStage<?>> stages) {
        return CompletableFuture.allOf(stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
    }

    /** What a stage failed of, without the wrapping that later stages add. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** What a stage failed of, for a log: a client's message may hold a whole command. */
    public static String brief(Throwable failure) {
        Throwable cause = cause(failure);
        String message = String.valueOf(cause.getMessage());
        return message.length() > 80 ? reason(failure) : cause.getClass().getSimpleName() + ": " + message;
    }

    /** The same in one word. */
    public static String reason(Throwable failure) {
        return RedisConnection.reason(cause(failure));
    }
}
