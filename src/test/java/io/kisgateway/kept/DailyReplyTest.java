package io.kisgateway.kept;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.runtime.Store;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KIS wants to be asked for its calendar once a day, however many instances there are. */
class DailyReplyTest {

    private final TestClock clock = TestClock.morning();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    private DailyReply instance(Store store) {
        return new DailyReply("kept:calendar", null, store, timers, clock);
    }

    private CompletionStage<ObjectNode> ask() {
        asked.incrementAndGet();
        return CompletableFuture.completedFuture(JsonNodeFactory.instance.objectNode().put("open", true));
    }

    private ObjectNode get(DailyReply instance) {
        return Patience.result(instance.get(this::ask).toCompletableFuture());
    }

    @Test
    void whoLookedBeforeAnotherHadItsAnswerAndMayAskAfterwardsDoesNotAsk() {
        Store shared = Store.inFolder(folder, clock);
        DailyReply first = instance(shared);
        DailyReply second = instance(new Store() {
            @Override
            public CompletionStage<Optional<String>> read(String name) {
                return shared.read(name);
            }

            @Override
            public CompletionStage<Void> write(String name, String text, Duration lifetime) {
                return shared.write(name, text, lifetime);
            }

            @Override
            public CompletionStage<Duration> claim(String name, Duration during) {
                get(first);
                return shared.claim(name, during);
            }

            @Override
            public CompletionStage<Void> unclaim(String name) {
                return shared.unclaim(name);
            }
        });

        assertThat(get(second).path("open").booleanValue()).isTrue();
        assertThat(asked).hasValue(1);
        clock.advance(Duration.ofDays(1));
        assertThat(get(first).path("open").booleanValue()).as("the right is given back").isTrue();
        assertThat(asked).hasValue(2);
    }
}
