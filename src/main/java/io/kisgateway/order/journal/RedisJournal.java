package io.kisgateway.order.journal;

import io.kisgateway.redis.Reason;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Once;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in Redis, shared by all instances. Every write is one script, hence atomic. How durable it is, is up to
 * Redis: {@link RedisDurability} looks at that.
 */
final class RedisJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(RedisJournal.class);
    /** Stays where the halt was, so that a Redis that has forgotten it is another thing. */
    private static final String RESUMED = "resumed";
    /** So long after it has happened an instance knows at the latest that a caller has gone. */
    private static final Duration MOMENT = Duration.ofMillis(200);

    private final String instance;
    private final Retention retention;
    private final RecentEntries recent;
    private final Unreadable unreadable = new Unreadable();
    private final RedisKeys keys;
    private final RedisStore store;
    private final RedisReads reads;
    private final RedisWrites writes;
    private final RedisAudit audit;
    private final RedisDayValues values;
    private final RedisHeartbeat heartbeat;
    private final String remove = RedisStore.script("remove");
    private final String borrow = RedisStore.script("borrow");
    private final String endUse = RedisStore.script("end-use");
    private final String giveUp = RedisStore.script("give-up");
    private final String endLease = RedisStore.script("end-lease");

    /** @param scope names account and mode; keys of different scopes know nothing of each other */
    RedisJournal(RedisConnection redis, Supplier<String> scope, String instance, Retention retention, Clock clock) {
        this.instance = instance;
        this.retention = retention;
        // The braces keep all of an account's keys on one node of a Cluster.
        this.keys = new RedisKeys(new Once<>(() -> redis.key("orders:{" + scope.get() + "}:")));
        this.store = new RedisStore(redis, keys);
        this.reads = new RedisReads(store, retention, unreadable);
        this.heartbeat = new RedisHeartbeat(store, instance, clock);
        this.audit = new RedisAudit(store, retention);
        this.values = new RedisDayValues(redis, scope);
        this.recent = new RecentEntries(heartbeat.clock());
        this.writes = new RedisWrites(store, reads, heartbeat, recent, retention);
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public InstantSource clock() {
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

    @Override
    public CompletionStage<Borrowed> borrowKey(String kind, String fresh, String ticket) {
        return noted(store.text(borrow, List.of(keys.untold(kind)), fresh, instance, retention.keys().toMillis(), keys.alive(""),
                RedisHeartbeat.LIFE.toMillis(), MOMENT.toMillis(), ticket == null ? "" : ticket))
                .thenApply(told -> {
                    if (told.isEmpty()) {
                        throw new IllegalStateException("the request was given up");
                    }
                    return told.startsWith(Origin.MADE_UP) ? new Borrowed(told, null) : new Borrowed(null, told);
                });
    }

    @Override
    public CompletionStage<Void> told(String client, String key, String fresh) {
        return endUse(key, fresh, "1");
    }

    @Override
    public CompletionStage<Void> untold(String key, String fresh) {
        return endUse(key, fresh, "");
    }

    private CompletionStage<Void> endUse(String key, String fresh, String told) {
        return store.text(endUse, List.of(keys.untold(Origin.kind(key))), key, fresh, told).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> giveUp(String fresh) {
        return store.text(giveUp, List.of(keys.untold(Origin.kind(fresh))), fresh, retention.keys().toMillis()).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Boolean> takeValue(String client, LocalDate day, long value, long most) {
        return values.take(client, day, value, most);
    }

    @Override
    public CompletionStage<Void> giveValueBack(String client, LocalDate day, long value) {
        return values.giveBack(client, day, value);
    }

    @Override
    public CompletionStage<Written> create(OrderEntry entry, OrderEntry replaced) {
        return writes.write(entry, 0, entry.origin().key() != null, replaced);
    }

    @Override
    public CompletionStage<Written> replace(OrderEntry entry) {
        return writes.write(entry, entry.version() - 1, false, null);
    }

    @Override
    public CompletionStage<Written> remove(OrderEntry entry) {
        String key = entry.origin().keyName();
        return noted(store.text(remove,
                List.of(keys.entry(entry.id()), keys.holder(key == null ? entry.id() : key),
                        keys.day(KoreanTime.date(entry.createdAt())), keys.open()),
                entry.id(), String.valueOf(entry.version()))).thenApply(Written::valueOf);
    }

    /** A write that an order needs before it leaves, as well. */
    private <T> CompletionStage<T> noted(CompletionStage<T> write) {
        return write.whenComplete((done, failure) -> {
            if (failure != null && Reason.isRefusal(failure)) {
                heartbeat.ended(failure);
            }
        });
    }

    @Override
    public CompletionStage<Void> heartbeat(Supplier<? extends CompletionStage<?>> ends) {
        return heartbeat.beat(ends);
    }

    @Override
    public CompletionStage<Void> audit(List<AuditLine> lines) {
        return audit.add(lines);
    }

    @Override
    public CompletionStage<List<AuditLine>> audited(LocalDate day) {
        return audit.of(day);
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
