package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.journal.Journal.Written;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long Redis is told to keep what, and what it lists first. */
class RedisJournalTest {

    private static final Terms TERMS = new Terms(Terms.Action.BUY, "005930", 1, 0, null);

    private final DurableRedis redis = DurableRedis.start();
    private final RedisConnection connection = RedisConnection.open(RedisAddress.parse(redis.url()), "t:");

    @AfterEach
    void stop() {
        connection.close();
        redis.close();
    }

    private RedisJournal journal(Duration entries, Duration keys) {
        RedisJournal journal = new RedisJournal(connection, "account", "me", new Retention(entries, keys), Clock.systemUTC());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !journal.heartbeat().toCompletableFuture()
                .handle((done, failure) -> failure).thenApply(failure -> failure != null).join());
        return journal;
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static OrderEntry received(String id, String key) {
        return OrderEntry.received(id, TERMS, new Origin("trading-buy", "127.0.0.1", null, "r-" + id, "me", key, "f"), Instant.now());
    }

    private static OrderEntry sending(Journal journal, String id, String key) {
        OrderEntry received = received(id, key);
        assertThat(now(journal.create(received, null))).isEqualTo(Written.DONE);
        OrderEntry sending = received.sending(TERMS, null, Instant.now(), Instant.now());
        assertThat(now(journal.replace(sending))).isEqualTo(Written.DONE);
        return sending;
    }

    /** All gateways may be down over a weekend, with an order of which nobody knows: its key must not become free by that. */
    @Test
    void theKeyOfAnOrderInDoubtLivesAsLongAsItsEntry() {
        RedisJournal journal = journal(Duration.ofMinutes(1), Duration.ofMillis(300));
        OrderEntry doubtful = sending(journal, "doubtful", "key-1");
        sending(journal, "crashed", "key-2");
        OrderEntry settled = sending(journal, "settled", "key-3");
        now(journal.replace(doubtful.unknown("reset", Instant.now(), Instant.now())));
        now(journal.replace(settled.rejected("no", null, Instant.now())));

        // One that comes later, and knows only what Redis does.
        RedisJournal later = journal(Duration.ofMinutes(1), Duration.ofMillis(300));
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> now(later.findByKey(null, "key-3")).isEmpty());
        assertThat(now(later.findByKey(null, "key-1"))).isPresent();
        assertThat(now(later.findByKey(null, "key-2"))).isPresent();
        assertThat(now(later.create(received("second", "key-1"), null))).isEqualTo(Written.CHANGED);
    }

    /** Callers by the thousand that wait for a permit hide none of those that were sent. */
    @Test
    void whatWasSentIsListedBeforeWhatOnlyWaits() {
        RedisJournal journal = journal(Duration.ofMinutes(1), Duration.ofMinutes(1));
        for (int i = 0; i < Journal.MOST_OPEN; i++) {
            now(journal.create(received("waiting-" + i, "w" + i), null));
        }
        OrderEntry doubtful = sending(journal, "doubtful", "key-1");
        sending(journal, "zsending", "key-2");
        now(journal.replace(doubtful.unknown("reset", Instant.now(), Instant.now())));

        List<OrderEntry> open = now(journal.open());
        assertThat(open).hasSize(Journal.MOST_OPEN);
        assertThat(open.subList(0, 2)).extracting(OrderEntry::id).containsExactlyInAnyOrder("doubtful", "zsending");
    }
}
