package io.kisgateway.throttle;

import java.util.concurrent.CompletableFuture;

/** What is to be done in the shared reservations. */
sealed interface Operation {

    record Question(Ask ask, long askedNanos, CompletableFuture<Decision> answer) implements Operation {}

    record Return(Slot slot) implements Operation {}

    /** Of a slot that was granted without Redis. */
    record Note(Slot slot) implements Operation {}

    record Slower(boolean ledger) implements Operation {}
}
