package io.kisgateway.order.journal;

import io.kisgateway.redis.RedisConnection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where orders are written down. Every write is one atomic step, and when its stage completes it will outlive the
 * process. Every stage completes within seconds; it fails if the journal cannot be reached, and then it is not known
 * whether a write happened.
 */
public interface Journal extends AutoCloseable {

    /**
     * The journal of one gateway, in a folder of its own.
     *
     * @param instance the name by which this gateway is known in it
     * @throws IllegalStateException if another gateway has it open; its message is for operators
     */
    static Journal inFolder(Path folder, String instance, Retention retention, Clock clock) {
        return FileJournal.open(folder, instance, retention, clock);
    }

    /**
     * The journal that all gateways of an account share. What Redis should be told to keep it is in the log.
     *
     * @param scope names account and mode; keys of different scopes know nothing of each other
     */
    static Journal inRedis(RedisConnection redis, String scope, String instance, Retention retention, Clock clock) {
        RedisDurability.warn(redis);
        return new RedisJournal(redis, scope, instance, retention, clock);
    }

    /** How many open entries are read at once. */
    int MOST_OPEN = 2000;

    /** How a write ended. */
    enum Written {
        DONE,
        /** What it should replace is no longer so, or the key belongs to another entry. */
        CHANGED,
        /** Another entry has that order number. */
        NUMBER_TAKEN,
        /** Trading is halted. */
        HALTED
    }

    CompletionStage<Optional<OrderEntry>> find(String id);

    /** The entry that holds an Idempotency-Key. */
    CompletionStage<Optional<OrderEntry>> findByKey(String key);

    /** The latest entry with an order number: KIS begins anew each day. */
    CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo);

    /** The entries that arrived on a day, oldest first. */
    CompletionStage<List<OrderEntry>> of(LocalDate day);

    /** The entries that are not settled, those that need attention soonest first; {@link #MOST_OPEN} at most. */
    CompletionStage<List<OrderEntry>> open();

    /** Which entries have these order numbers of a day: number to entry id. */
    CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers);

    /** A first entry; its key may be taken over from the entry {@code replaced}, if that is not null. */
    CompletionStage<Written> create(OrderEntry entry, String replaced);

    /**
     * The next version of an entry. If it is placed, its order number becomes its own: a lookup takes only a number
     * that is free, KIS's own confirmation takes it from whoever has it. If it is new to the journal it is added.
     */
    CompletionStage<Written> replace(OrderEntry entry);

    /** Forgets an entry of which nothing was sent. */
    CompletionStage<Written> remove(OrderEntry entry);

    /** Says that this instance lives. */
    CompletionStage<Void> heartbeat();

    CompletionStage<Boolean> isAlive(String instance);

    /** Takes a right that only one instance has at a time, for at most so long. */
    CompletionStage<Boolean> lease(String name, Duration atMost);

    CompletionStage<Void> endLease(String name);

    /**
     * Since when and why trading is halted, if it is.
     *
     * @param known what was last heard; a journal that has lost it, and was not told to resume, keeps it from now on; or null
     */
    CompletionStage<Optional<String>> halted(String known);

    /** @param note since when and why; null to resume */
    CompletionStage<Void> halt(String note);

    /** The name by which this instance is known in the journal. */
    String instance();

    @Override
    void close();
}
