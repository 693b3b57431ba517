package io.kisgateway.realtime;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** How the instances of one gateway agree on who has the session, and hear of each other. */
interface Instances extends AutoCloseable {

    String self();

    /** Whether there can be no other, and the lease never ends. */
    default boolean isOnly() {
        return false;
    }

    /** @param heard is told what others say, in order, on any thread */
    void listen(Consumer<String> heard);

    /** Takes the lease or keeps it. Completes with its epoch, which ascends from holder to holder, or with nothing if another has it. */
    CompletionStage<OptionalLong> lease();

    void release();

    /** Completes with false if this instance is not the holder any more, and nothing was said. */
    CompletionStage<Boolean> sayAsHolder(long epoch, String message);

    void say(String message);

    @Override
    void close();

    /** There is no other. @param epoch of its lease */
    static Instances alone(String self, long epoch) {
        return new Instances() {
            @Override
            public String self() {
                return self;
            }

            @Override
            public boolean isOnly() {
                return true;
            }

            @Override
            public void listen(Consumer<String> heard) {
                // Nobody says anything.
            }

            @Override
            public CompletionStage<OptionalLong> lease() {
                return CompletableFuture.completedStage(OptionalLong.of(epoch));
            }

            @Override
            public void release() {
                // It is nobody else's.
            }

            @Override
            public CompletionStage<Boolean> sayAsHolder(long ofEpoch, String message) {
                return CompletableFuture.completedStage(true);
            }

            @Override
            public void say(String message) {
                // Nobody hears it.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
