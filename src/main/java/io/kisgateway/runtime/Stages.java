package io.kisgateway.runtime;

import java.util.concurrent.CompletionException;

/** Completion stages. */
public final class Stages {

    private Stages() {}

    /** What a stage failed of, without the wrapping that later stages add. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
