package io.kisgateway.kept;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where replies outlive the process, and where instances agree who asks. A store that fails completes with the failure. */
interface KeptStore {

    CompletionStage<Optional<Kept>> read(String name);

    CompletionStage<Void> write(String name, Kept kept);

    /** Takes the right to ask for a while; false if another has it. */
    CompletionStage<Boolean> claim(String name, Duration during);

    CompletionStage<Void> unclaim(String name);

    /** Keeps nothing. */
    KeptStore NONE = new KeptStore() {

        @Override
        public CompletionStage<Optional<Kept>> read(String name) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletionStage<Void> write(String name, Kept kept) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Boolean> claim(String name, Duration during) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Void> unclaim(String name) {
            return CompletableFuture.completedFuture(null);
        }
    };
}
