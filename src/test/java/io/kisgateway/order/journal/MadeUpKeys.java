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
        now(journal.untold(first, first));
        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "2"), null)).key()).isEqualTo(first);

        Journal.Borrowed again = now(journal.borrowKey("kind", Origin.madeUp("kind", "3"), ticket));
        assertThat(again.key()).as("whether its caller is there is not known yet").isNull();
        now(journal.untold(first, Origin.madeUp("kind", "2")));
        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "3"), again.ticket())).key()).isEqualTo(first);
    }

    /**
     * Found by the fault campaign: a question that was answered when its request had gone left the key as under way, and the next repeat
     * became an order.
     */
    static void oneThatARequestHasTakenThatIsGoneIsUntold(Journal journal) {
        String first = Origin.madeUp("kind", "1");
        assertThat(now(journal.borrowKey("kind", first, null)).key()).isEqualTo(first);
        now(journal.untold(first, first));
        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "2"), null)).key()).isEqualTo(first);
        now(journal.giveUp(Origin.madeUp("kind", "2")));
        assertThat(now(journal.borrowKey("kind", Origin.madeUp("kind", "3"), null)).key()).isEqualTo(first);
        now(journal.told(null, first, Origin.madeUp("kind", "3")));
        String unlike = Origin.madeUp("kind", "4");
        assertThat(now(journal.borrowKey("kind", unlike, null)).key()).as("nobody has another").isEqualTo(unlike);
        now(journal.giveUp(unlike));
        String next = Origin.madeUp("kind", "5");
        assertThat(now(journal.borrowKey("kind", next, null)).key()).as("nothing was ordered with it").isEqualTo(next);
    }

    /**
     * Who had it before says once more that its caller was not told, as it did not hear that this is written down, or as it stood still:
     * the next order, which was meant, was taken for a repeat.
     */
    static void oneThatARepeatHasTakenIsNoLongerWhoseItWas(Journal journal) {
        String first = Origin.madeUp("kind", "1");
        String repeat = Origin.madeUp("kind", "2");
        assertThat(now(journal.borrowKey("kind", first, null)).key()).isEqualTo(first);
        now(journal.untold(first, first));
        assertThat(now(journal.borrowKey("kind", repeat, null)).key()).isEqualTo(first);
        now(journal.untold(first, first));
        now(journal.told(null, first, first));
        now(journal.told(null, first, repeat));
        String meant = Origin.madeUp("kind", "3");
        assertThat(now(journal.borrowKey("kind", meant, null)).key()).isEqualTo(meant);
    }
}
