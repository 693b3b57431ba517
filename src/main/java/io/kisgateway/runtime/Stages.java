package io.kisgateway.runtime;

import io.kisgateway.redis.Reason;
import java.io.IOException;
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

    /** What a stage failed of, for a log: what this gateway says itself; a client's message may hold a whole command. */
    public static String brief(Throwable failure) {
        Throwable cause = cause(failure);
        boolean own = cause.getClass().getName().startsWith("io.kisgateway.") || cause.getClass() == IOException.class
                || cause.getClass() == IllegalStateException.class;
        return own && cause.getMessage() != null ? cause.getMessage() : reason(failure);
    }

    /** The same in a few words, of whatever is behind a connection. */
    public static String reason(Throwable failure) {
        return Reason.of(failure);
    }
}
