package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What both journals owe orders without a key. */
final class MadeUpKeys {

    private MadeUpKeys() {}

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Nothing that was not told is left to be written. */
    static CompletionStage<Void> nothingLeft() {
        return CompletableFuture.completedStage(null);
    }

    /** Found by the fault campaign: a repeat had it for the moment in which its caller was found to be gone, and the next one became an order. */
    static void oneThatARepeatHasJustTakenMayBeGivenBackYet(Journal journal) {
        String first = Origin.madeUp("kind", "1");
        assertThat(now(journal.borrowKey("kind", first, null)).key()).isEqualTo(first);
        String ticket = now(journal.borrowKey("kind", Origin.madeUp("kind", "3"), null)).ticket();
        now(journal.untold(first));
        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "2"), null)).key()).isEqualTo(first);

        Journal.Borrowed again = now(journal.borrowKey("kind", Origin.madeUp("kind", "3"), ticket));
        assertThat(again.key()).as("whether its caller is there is not known yet").isNull();
        now(journal.untold(first));
        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "3"), again.ticket())).key()).isEqualTo(first);
    }
}
