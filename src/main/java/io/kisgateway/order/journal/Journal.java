package io.kisgateway.order.journal;

import io.kisgateway.redis.RedisConnection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

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
     * @param readers  makes entries of what is many
     * @throws IllegalStateException if another gateway has it open; its message is for operators
     */
    static Journal inFolder(Path folder, String instance, Retention retention, Clock clock, Executor readers) {
        return SqliteJournal.open(folder, instance, retention, clock, readers);
    }

    /**
     * The journal that all gateways of an account share. What Redis should be told to keep it is in the log.
     *
     * @param scope   names account and mode, asked for with the first key; keys of different scopes know nothing of each other
     * @param readers wait for what Redis says of itself
     */
    static Journal inRedis(RedisConnection redis, Supplier<String> scope, String instance, Retention retention, Clock clock,
            Executor readers) {
        RedisDurability.warn(redis, readers);
        return new RedisJournal(redis, scope, instance, retention, clock);
    }

    /** The same for somebody who only reads. */
    static Journal forReading(RedisConnection redis, Supplier<String> scope, Clock clock) {
        return new RedisJournal(redis, scope, "reader", new Retention(Duration.ZERO, Duration.ZERO), clock);
    }

    /** How many open entries are read at once. */
    int MOST_OPEN = 2000;

    /** How many orders in doubt of one stock are compared with KIS's list at once. */
    int MOST_OF_A_STOCK = 10_000;

    int MOST_OF_A_PAGE = 500;

    enum Written {
        DONE,
        /** What it should replace is no longer so, or the key belongs to another entry. */
        CHANGED,
        /** Another entry has that order number. */
        NUMBER_TAKEN,
        /** Trading is halted. */
        HALTED
    }

    /**
     * A page of a day's entries.
     *
     * @param next       where the next page begins; null if there is none
     * @param unreadable the ids of those of the page that are left out because they cannot be read
     */
    record Page(List<OrderEntry> entries, String next, List<String> unreadable) {}

    /**
     * An order number that KIS gave in its reply to an order.
     *
     * @param id         of the entry
     * @param sentAt     see {@link OrderEntry#sentAt()}
     * @param answeredAt when KIS's word was written down
     */
    record Confirmed(String id, String orderNo, Terms.Action action, Instant sentAt, Instant answeredAt) {}

    /** Fails with {@link UnreadableEntry}, like the next two, if the entry is there and cannot be read. */
    CompletionStage<Optional<OrderEntry>> find(String id);

    /** The entry that holds a client's Idempotency-Key. @param client see {@link Origin#client()} */
    CompletionStage<Optional<OrderEntry>> findByKey(String client, String key);

    /** The latest entry with an order number: KIS begins anew each day. */
    CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo);

    /**
     * Some of the entries that arrived on a day, oldest first; what was only received is not among them.
     *
     * @param client only this client's; null for all
     * @param after  {@link Page#next()} of the page before; null for the first
     * @param limit  1 to {@link #MOST_OF_A_PAGE}
     * @throws IllegalArgumentException if {@code after} is no page's
     */
    CompletionStage<Page> list(LocalDate day, String client, String after, int limit);

    /** The entries that have an {@link OrderEntry#due()}, those that need attention soonest first; {@link #MOST_OPEN} at most. */
    CompletionStage<List<OrderEntry>> open();

    /**
     * All that was sent on KIS's day for a stock and is not settled, whatever else is open; of more than {@link #MOST_OF_A_STOCK} the
     * youngest, which come first when KIS's orders are given out: the others' turn comes when these are settled.
     *
     * @param code null for cancellations whose stock is not known
     */
    CompletionStage<List<OrderEntry>> open(LocalDate kisDay, String code);

    /** The order numbers of KIS's day that KIS confirmed for a stock, to whichever instance. */
    CompletionStage<List<Confirmed>> confirmed(LocalDate kisDay, String code);

    /** Which entries have these order numbers of a day: number to entry id. */
    CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers);

    /**
     * The key of a request that brought none: that of an earlier request of the same kind of which nobody has been told how it
     * ended and whose caller is gone, the eldest first; else {@code fresh}. It is this request's until {@link #told} or
     * {@link #untold}, or until this instance is no more.
     *
     * @param kind   see {@link Origin#madeUp}
     * @param ticket of the question before; null for the first
     */
    CompletionStage<Borrowed> borrowKey(String kind, String fresh, String ticket);

    /**
     * @param key    null while one like it is under way of whose caller it is not known yet whether it is still there: it is asked
     *               again a little later
     * @param ticket for the next question
     */
    record Borrowed(String key, String ticket) {}

    /**
     * Somebody has been told how it ended: the key is nobody's, and the next such request another order. Like the next one it says
     * nothing once another request has taken the key: that one tells, or does not.
     *
     * @param fresh with which the request asked for its key
     */
    CompletionStage<Void> told(String client, String key, String fresh);

    /** Nobody has been told how it ended, or that it is not known: the next such request is the same order. */
    CompletionStage<Void> untold(String key, String fresh);

    /**
     * A request has gone before it heard which key is its own: the one it has taken, or would take should the question arrive only now,
     * is as untold as it was.
     *
     * @param fresh with which it asked
     */
    CompletionStage<Void> giveUp(String fresh);

    /**
     * Adds an order's value to what a client's orders of a day are worth together, won, if that stays within a bound.
     *
     * @return whether it does
     */
    CompletionStage<Boolean> takeValue(String client, LocalDate day, long value, long most);

    /** Takes the value of an order back that was not placed. */
    CompletionStage<Void> giveValueBack(String client, LocalDate day, long value);

    /** A first entry; its key may be taken over from the entry {@code replaced}, if that is not null, and is what it was when it was read. */
    CompletionStage<Written> create(OrderEntry entry, OrderEntry replaced);

    /**
     * The next version of an entry. If it is placed, its order number becomes its own: a lookup takes only a number
     * that is free, KIS's own confirmation takes it from whoever has it. A number that it had before, and has no longer, is
     * free again. If it is new to the journal it is added.
     */
    CompletionStage<Written> replace(OrderEntry entry);

    /** Forgets an entry of which nothing was sent. */
    CompletionStage<Written> remove(OrderEntry entry);

    /**
     * A sign of life.
     *
     * @param ends writes down what others must know before they go by what is written down of this instance; if it fails, this only
     *             shows whether the journal can be written, and others take over what the instance had on its way
     */
    CompletionStage<Void> heartbeat(Supplier<? extends CompletionStage<?>> ends);

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

    /** Keeps lines, as long as entries; of those that are there already it may keep two. */
    CompletionStage<Void> audit(List<AuditLine> lines);

    /** The lines of a day in Korea, the eldest first. */
    CompletionStage<List<AuditLine>> audited(LocalDate day);

    /** The time that all instances share: Redis's, or this machine's. */
    InstantSource clock();

    /** How the journal is, as its last writes and reads showed. */
    JournalState state();

    /** The name by which this instance is known in the journal. */
    String instance();

    @Override
    void close();
}
