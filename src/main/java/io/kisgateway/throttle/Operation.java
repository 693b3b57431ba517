package io.kisgateway.throttle;

import java.util.concurrent.CompletableFuture;

/** What is to be done in the shared reservations. */
sealed interface Operation {

    record Question(Ask ask, long askedNanos, CompletableFuture<Decision> answer) implements Operation {}

    record Return(Slot slot) implements Operation {}

    /**
     * Tells Redis what was granted without it.
     *
     * @param redisNow when it answered again, by its own clock
     * @param lost     whether it has forgotten everything
     */
    record Rejoin(LocalShareLimiter local, long redisNow, boolean lost) implements Operation {}

    record Slower() implements Operation {}
}
