package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.TestClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that may grow no further: SQLite fails as it does on a full disk. */
class FullDiskTest {

    private final TestClock clock = TestClock.morning();
    @TempDir
    private Path folder;
    private SqliteStore store;
    private Availability availability;
    @AutoClose
    private JournalThread thread;

    @BeforeEach
    void open() {
        store = new SqliteStore(folder);
        availability = new Availability("here", clock);
        thread = new JournalThread(store, availability, clock);
        thread.start();
    }

    private CompletableFuture<Boolean> put(String id) {
        Instant now = clock.instant();
        Terms terms = new Terms(Terms.Action.BUY, "005930", 1, 0, null);
        OrderEntry entry = OrderEntry.received(id, terms, new Origin("trading-buy", null, null, "r", "me", null, "f"), now)
                .sending(terms, "x".repeat(500), now, now);
        return thread.ask(() -> {
            store.put(entry, null);
            return true;
        }).toCompletableFuture();
    }

    private void mayGrowBy(int pages) {
        thread.ask(() -> {
            int present = store.file().first("pragma page_count", row -> row.getInt(1)).orElseThrow();
            return store.file().first("pragma max_page_count = " + (present + pages), row -> row.getInt(1));
        }).toCompletableFuture().join();
    }

    @Test
    void whatWasConfirmedIsThereAndNothingElseIs() {
        Map<String, CompletableFuture<Boolean>> writes = new LinkedHashMap<>();
        mayGrowBy(20);
        for (int i = 0; i < 200; i++) {
            writes.put("e" + i, put("e" + i));
        }
        writes.values().forEach(write -> write.handle((done, failure) -> null).join());
        assertThat(writes.values()).anyMatch(CompletableFuture::isCompletedExceptionally);
        // After many that did not fit together, a few more may: until there is no room for one.
        CompletableFuture<Boolean> one = put("one-0");
        for (int i = 1; i < 500 && one.handle((done, failure) -> failure == null).join(); i++) {
            one = put("one-" + i);
        }
        assertThat(one).isCompletedExceptionally();
        assertThat(availability.isAway()).isTrue();
        mayGrowBy(10_000);
        assertThat(put("later").join()).as("it has room again, and no restart is needed").isTrue();
        assertThat(availability.isAway()).isFalse();

        writes.forEach((id, write) -> assertThat(thread.ask(() -> store.find(id)).toCompletableFuture().join().isPresent())
                .as(id).isEqualTo(!write.isCompletedExceptionally()));
    }
}
