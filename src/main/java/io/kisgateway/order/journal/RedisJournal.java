package io.kisgateway.order.journal;

import io.kisgateway.redis.RedisConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in Redis, shared by all instances. Every write is one script, hence atomic. How durable it is, is up to
 * Redis: {@link RedisDurability} looks at that.
 */
final class RedisJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(RedisJournal.class);
    private static final String DONE = "DONE";
    /** Stays where the halt was, so that a Redis that has forgotten it is another thing. */
    private static final String RESUMED = "resumed";

    private final String instance;
    private final Retention retention;
    private final RecentEntries recent;
    private final Unreadable unreadable = new Unreadable();
    private final RedisKeys keys;
    private final RedisStore store;
    private final RedisReads reads;
    private final RedisHeartbeat heartbeat;
    private final String write = RedisStore.script("write");
    private final String remove = RedisStore.script("remove");
    private final String borrow = RedisStore.script("borrow");
    private final String endLease = RedisStore.script("end-lease");

    /** @param scope names account and mode; keys of different scopes know nothing of each other */
    RedisJournal(RedisConnection redis, String scope, String instance, Retention retention, Clock clock) {
        this.instance = Objects.requireNonNull(instance);
        this.retention = Objects.requireNonNull(retention);
        // The braces keep all of an account's keys on one node of a Cluster.
        this.keys = new RedisKeys(redis.key("orders:{" + scope + "}:"));
        this.store = new RedisStore(redis, keys);
        this.reads = new RedisReads(store, retention, unreadable);
        this.heartbeat = new RedisHeartbeat(store, instance, clock);
        this.recent = new RecentEntries(heartbeat.clock());
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public Clock clock() {
        return heartbeat.clock();
    }

    @Override
    public JournalState state() {
        return heartbeat.availability().state(unreadable);
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> find(String id) {
        return reads.find(id);
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo) {
        return reads.findByNumber(orderNo);
    }

    @Override
    public CompletionStage<Page> list(LocalDate day, String client, String after, int limit) {
        return reads.list(day, client, after, limit);
    }

    @Override
    public CompletionStage<List<OrderEntry>> open() {
        return reads.open();
    }

    @Override
    public CompletionStage<List<OrderEntry>> open(LocalDate kisDay, String code) {
        return reads.open(kisDay, code);
    }

    @Override
    public CompletionStage<List<Confirmed>> confirmed(LocalDate kisDay, String code) {
        return reads.confirmed(kisDay, code);
    }

    @Override
    public CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers) {
        return reads.owners(day, orderNumbers);
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByKey(String client, String key) {
        String name = Origin.keyName(client, key);
        return reads.findBy(keys.holder(name)).thenCompose(found -> {
            OrderEntry mine = recent.find(name).orElse(null);
            if (mine == null) {
                return CompletableFuture.completedStage(found);
            }
            if (found.isEmpty()) {
                return recall(mine);
            }
            OrderEntry held = found.get();
            if (!held.id().equals(mine.id())) {
                return reads.find(mine.id()).thenApply(kept -> {
                    judge(mine, kept, held);
                    return found;
                });
            }
            return held.version() < mine.version() ? recall(mine) : CompletableFuture.completedStage(found);
        });
    }

    /** A key goes to another entry only when the first was certainly not placed, which the first then says. */
    private void judge(OrderEntry mine, Optional<OrderEntry> kept, OrderEntry held) {
        if (!mine.keyFree() && kept.filter(OrderEntry::keyFree).isEmpty() && recent.isNews(mine)) {
            LOG.error(
                    "Redis has lost what it had confirmed: the key of order {} ({}{}) belongs to order {} now. There may be two orders at KIS "
                            + "under one key; see docs/orders.md for what Redis needs",
                    mine.id(), mine.state().wire(),
                    mine.placement() == null ? "" : " under number " + mine.placement().orderNo(), held.id());
        }
    }

    /** Redis does not know, or knows an older state of, what it confirmed to this instance. */
    private CompletionStage<Optional<OrderEntry>> recall(OrderEntry mine) {
        return reads.find(mine.id()).thenCompose(kept -> {
            if (kept.isPresent() && kept.get().version() >= mine.version()) {
                return CompletableFuture.completedStage(kept);
            }
            LOG.error("Redis has lost what it had confirmed of order {}; it is written again. See docs/orders.md for what Redis needs",
                    mine.id());
            return replace(mine).thenApply(written -> Optional.of(mine));
        });
    }

    private static String word(OrderEntry entry) {
        return entry.id() + " " + entry.terms().action().wire() + " " + entry.sentAt().toEpochMilli() + " "
                + entry.changedAt().toEpochMilli();
    }

    @Override
    public CompletionStage<String> borrowKey(String kind, String fresh) {
        return store.text(borrow, List.of(keys.untold(kind)), fresh, instance, retention.keys().toMillis(), keys.alive(""));
    }

    @Override
    public CompletionStage<Void> told(String client, String key) {
        return store.text("return tostring(redis.call('HDEL', KEYS[1], ARGV[1]))", List.of(keys.untold(Origin.kind(key))), key)
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> untold(String key) {
        return store.text("if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], 'U') end return ''",
                List.of(keys.untold(Origin.kind(key))), key).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Written> create(OrderEntry entry, String replaced) {
        return write(entry, 0, entry.origin().key() != null, replaced);
    }

    @Override
    public CompletionStage<Written> replace(OrderEntry entry) {
        return write(entry, entry.version() - 1, false, null);
    }

    private CompletionStage<Written> write(OrderEntry entry, long old, boolean claims, String replaced) {
        String key = entry.origin().keyName();
        String client = entry.origin().client();
        Placement placement = entry.placement();
        String orderNo = placement == null ? "" : placement.orderNo();
        String code = entry.terms().stockCode();
        LocalDate day = LocalDate.ofInstant(entry.createdAt(), Times.KST);
        boolean sending = entry.state() == OrderState.SENDING;
        List<Object> names = List.of(keys.entry(entry.id()), keys.holder(key == null ? entry.id() : key), keys.day(day), keys.open(),
                keys.numbers(entry.day()), keys.number(orderNo), keys.halt(), keys.openOf(entry.day(), code),
                keys.confirmed(entry.day(), code), keys.clientsDay(client == null ? "" : client, day));
        CompletionStage<Written> writing = store.text(write, names,
                entry.id(), String.valueOf(old), String.valueOf(entry.version()), EntryJson.write(entry),
                millis(entry.createdAt().plus(retention.entries())), millis(keyEnds(entry)),
                millis(retention.endOf(later(day, entry.day()))),
                millis(entry.createdAt()), entry.state().settled() ? "" : millis(entry.due()), orderNo,
                placement != null && placement.confirmed() ? word(entry) : "", flag(claims), replaced == null ? "" : replaced,
                sending ? "sending" : entry.state().sent() ? "sent" : "received", flag(sending && !entry.terms().cancels()),
                flag(key != null), flag(client != null)).thenCompose(result -> written(entry, result));
        return writing.whenComplete((done, failure) -> {
            if (sending || failure != null) {
                heartbeat.ended(failure);
            }
        });
    }

    private static String flag(boolean is) {
        return is ? "1" : "";
    }

    private static String millis(Instant at) {
        return String.valueOf(at.toEpochMilli());
    }

    private static LocalDate later(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? one : other;
    }

    /** While it is not known what became of an order nobody may have its key, however long the gateways are away. */
    private Instant keyEnds(OrderEntry entry) {
        Instant ends = entry.createdAt().plus(retention.entries());
        Instant replayed = entry.changedAt().plus(retention.keys());
        return entry.state().settled() && replayed.isBefore(ends) ? replayed : ends;
    }

    private CompletionStage<Written> written(OrderEntry entry, String result) {
        if (!result.startsWith(DONE)) {
            return CompletableFuture.completedStage(Written.valueOf(result));
        }
        String[] parts = result.split(" ", -1);
        return heartbeat.replicated(parts[1]).thenCompose(done -> {
            recent.written(entry);
            return parts[2].isEmpty() ? CompletableFuture.completedStage(Written.DONE) : lose(parts[2], entry);
        });
    }

    private CompletionStage<Written> lose(String loser, OrderEntry winner) {
        return reads.find(loser).thenCompose(found -> {
            if (found.isEmpty() || !LostNumber.loses(found.get(), winner)) {
                return CompletableFuture.completedStage(Written.DONE);
            }
            LOG.warn("KIS confirmed number {} for order {}; a lookup had found it for order {}, which is looked up again",
                    winner.placement().orderNo(), winner.id(), loser);
            return replace(LostNumber.of(found.get(), winner));
        }).handle((done, failure) -> Written.DONE);
    }

    @Override
    public CompletionStage<Written> remove(OrderEntry entry) {
        String key = entry.origin().keyName();
        return store.text(remove,
                List.of(keys.entry(entry.id()), keys.holder(key == null ? entry.id() : key),
                        keys.day(LocalDate.ofInstant(entry.createdAt(), Times.KST)), keys.open()),
                entry.id(), String.valueOf(entry.version())).thenApply(Written::valueOf);
    }

    @Override
    public CompletionStage<Void> heartbeat() {
        return heartbeat.beat();
    }

    @Override
    public CompletionStage<Boolean> isAlive(String who) {
        return store.bucket(keys.alive(who), bucket -> bucket.isExistsAsync());
    }

    @Override
    public CompletionStage<Boolean> lease(String name, Duration atMost) {
        return store.bucket(keys.lease(name), bucket -> bucket.setIfAbsentAsync(instance, atMost));
    }

    @Override
    public CompletionStage<Void> endLease(String name) {
        return store.text(endLease, List.of(keys.lease(name)), instance)
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Optional<String>> halted(String known) {
        CompletionStage<Boolean> kept = known == null ? CompletableFuture.completedStage(false)
                : store.bucket(keys.halt(), bucket -> bucket.setIfAbsentAsync(known));
        return kept.thenCompose(lost -> {
            if (lost) {
                LOG.warn("Redis had forgotten that trading is halted, and was told again; what else it has lost is lost");
            }
            return store.bucket(keys.halt(), bucket -> bucket.getAsync());
        }).thenApply(note -> Optional.ofNullable(note).filter(text -> !text.equals(RESUMED)));
    }

    @Override
    public CompletionStage<Void> halt(String note) {
        return store.bucket(keys.halt(), bucket -> bucket.setAsync(note == null ? RESUMED : note));
    }

    /** Redis is not this class's to close. */
    @Override
    public void close() {
        LOG.debug("The journal in Redis is left as it is");
    }
}
