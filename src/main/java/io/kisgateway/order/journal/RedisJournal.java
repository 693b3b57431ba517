package io.kisgateway.order.journal;

import io.kisgateway.order.journal.Unreadable.Stored;
import io.kisgateway.redis.RedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.redisson.api.BatchOptions;
import org.redisson.api.BatchResult;
import org.redisson.api.RBatch;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in Redis, shared by all instances. Every write is one script, hence atomic. How durable it is, is up to
 * Redis: {@link RedisDurability} looks at that.
 */
final class RedisJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(RedisJournal.class);
    /** A frozen Redis must not hold a caller for longer. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    /** How long after its last sign of life an instance counts as gone. */
    private static final Duration LIFE = Duration.ofSeconds(5);
    /** How long a replica may take to confirm what precedes an order. */
    private static final Duration REPLICATION = Duration.ofMillis(500);
    /** More orders in doubt of one stock than can be compared with KIS's list. */
    private static final int MOST_OF_A_STOCK = 20_000;
    /** A difference that makes the waits between instances too short or too long. */
    private static final Duration CLOCKS_AGREE = Duration.ofSeconds(2);
    private static final String DONE = "DONE";
    /** Stays where the halt was, so that a Redis that has forgotten it is another thing. */
    private static final String RESUMED = "resumed";

    private final RedisConnection redis;
    private final String instance;
    private final Retention retention;
    private final RecentEntries recent;
    private final Clock own;
    private final SharedClock clock;
    private final Availability availability;
    private final Unreadable unreadable = new Unreadable();
    private final AtomicInteger heartbeatsLost = new AtomicInteger();
    private final AtomicBoolean clockTold = new AtomicBoolean();
    private final RedisKeys keys;
    private final String write = script("write");
    private final String remove = script("remove");
    private final String find = script("find");
    private final String list = script("list");
    private final String listOpen = script("open");
    private final String group = script("group");
    private final String heartbeat = script("heartbeat");
    private final String endLease = script("end-lease");

    /** @param scope names account and mode; keys of different scopes know nothing of each other */
    RedisJournal(RedisConnection redis, String scope, String instance, Retention retention, Clock clock) {
        this.own = clock;
        this.clock = new SharedClock(clock);
        this.recent = new RecentEntries(this.clock);
        this.availability = new Availability(redis.toString(), clock);
        this.redis = redis;
        // The braces keep all of an account's keys on one node of a Cluster.
        this.keys = new RedisKeys(redis.key("orders:{" + scope + "}:"));
        this.instance = Objects.requireNonNull(instance);
        this.retention = Objects.requireNonNull(retention);
    }

    private static String script(String name) {
        try (InputStream file = RedisJournal.class.getResourceAsStream("/order/journal/" + name + ".lua")) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String instance() {
        return instance;
    }

    private static <T> CompletionStage<T> bounded(CompletionStage<T> stage) {
        return stage.toCompletableFuture().copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> CompletionStage<T> eval(Mode mode, ReturnType type, String script, List<Object> names, Object... args) {
        return bounded(redis.async(client -> client.getScript(StringCodec.INSTANCE)
                .<T>evalAsync(names.get(0).toString(), mode, script, type, names, args)));
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public JournalState state() {
        return availability.state(unreadable);
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> find(String id) {
        return bounded(redis.async(client -> client.<String, String>getMap(keys.entry(id), StringCodec.INSTANCE).getAsync("doc")))
                .thenApply(doc -> unreadable.read(Optional.ofNullable(doc).map(text -> new Stored(id, 0, text))));
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByKey(String client, String key) {
        String name = Origin.keyName(client, key);
        return findBy(keys.holder(name)).thenCompose(found -> {
            OrderEntry mine = recent.find(name).orElse(null);
            if (mine == null) {
                return CompletableFuture.completedStage(found);
            }
            if (found.isEmpty()) {
                return recall(mine);
            }
            OrderEntry held = found.get();
            if (!held.id().equals(mine.id())) {
                return find(mine.id()).thenApply(kept -> {
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
            LOG.error("Redis has lost what it had confirmed: the key of order {} ({}{}) belongs to order {} now. There may be two orders at KIS "
                    + "under one key; see docs/orders.md for what Redis needs", mine.id(), mine.state().wire(),
                    mine.placement() == null ? "" : " under number " + mine.placement().orderNo(), held.id());
        }
    }

    /** Redis does not know, or knows an older state of, what it confirmed to this instance. */
    private CompletionStage<Optional<OrderEntry>> recall(OrderEntry mine) {
        return find(mine.id()).thenCompose(kept -> {
            if (kept.isPresent() && kept.get().version() >= mine.version()) {
                return CompletableFuture.completedStage(kept);
            }
            LOG.error("Redis has lost what it had confirmed of order {}; it is written again. See docs/orders.md for what Redis needs", mine.id());
            return replace(mine).thenApply(written -> Optional.of(mine));
        });
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByNumber(String orderNo) {
        return findBy(keys.number(orderNo));
    }

    private CompletionStage<Optional<OrderEntry>> findBy(String index) {
        return this.<List<String>>eval(Mode.READ_ONLY, ReturnType.MULTI, find, List.of(index), keys.entry(""))
                .thenApply(found -> unreadable.read(found.isEmpty() ? Optional.empty() : Optional.of(new Stored(found.get(0), 0, found.get(1)))));
    }

    @Override
    public CompletionStage<Page> list(LocalDate day, String client, String after, int limit) {
        String set = client == null ? keys.day(day) : keys.clientsDay(client, day);
        return page(set, Cursor.parse(after), Math.min(limit, MOST_OF_A_PAGE));
    }

    private CompletionStage<Page> page(String set, Cursor after, int limit) {
        return this.<List<String>>eval(Mode.READ_WRITE, ReturnType.MULTI, list, List.of(set), keys.entry(""),
                after == Cursor.START ? "-inf" : String.valueOf(after.created()), after.id(), String.valueOf(limit)).thenApply(rows -> {
                    List<Stored> stored = new ArrayList<>();
                    for (int i = 1; i < rows.size(); i += 3) {
                        stored.add(new Stored(rows.get(i), 0, rows.get(i + 2)));
                    }
                    return unreadable.page(stored, rows.get(0).isEmpty() ? null : rows.get(0));
                });
    }

    @Override
    public CompletionStage<List<OrderEntry>> open() {
        return this.<List<String>>eval(Mode.READ_WRITE, ReturnType.MULTI, listOpen, List.of(keys.open()), keys.entry(""),
                String.valueOf(MOST_OPEN)).thenCompose(rows -> {
                    List<OrderEntry> entries = new ArrayList<>();
                    List<CompletableFuture<?>> grouped = new ArrayList<>();
                    for (int i = 0; i < rows.size(); i += 3) {
                        for (OrderEntry entry : unreadable.readable(List.of(new Stored(rows.get(i), 0, rows.get(i + 1))))) {
                            entries.add(entry);
                            if (rows.get(i + 2).isEmpty() && entry.state() != OrderState.RECEIVED) {
                                grouped.add(group(entry).toCompletableFuture());
                            }
                        }
                    }
                    return CompletableFuture.allOf(grouped.toArray(CompletableFuture[]::new)).thenApply(done -> entries);
                });
    }

    private CompletionStage<String> group(OrderEntry entry) {
        return eval(Mode.READ_WRITE, ReturnType.VALUE, group,
                List.of(keys.entry(entry.id()), keys.openOf(entry.day(), entry.terms().stockCode())),
                String.valueOf(entry.createdAt().toEpochMilli()), entry.id(), millis(endOf(entry.day())));
    }

    @Override
    public CompletionStage<List<OrderEntry>> open(LocalDate kisDay, String code) {
        return open(keys.openOf(kisDay, code), Cursor.START, new ArrayList<>());
    }

    private CompletionStage<List<OrderEntry>> open(String set, Cursor after, List<OrderEntry> found) {
        if (found.size() > MOST_OF_A_STOCK) {
            return CompletableFuture.failedStage(new IOException("more orders of one stock are in doubt than can be looked at"));
        }
        return page(set, after, MOST_OF_A_PAGE).thenCompose(page -> {
            // An instance of a former version settles orders without taking them from here.
            page.entries().stream().filter(entry -> !entry.state().settled()).forEach(found::add);
            return page.next() == null ? CompletableFuture.completedStage(found) : open(set, Cursor.parse(page.next()), found);
        });
    }

    @Override
    public CompletionStage<List<Confirmed>> confirmed(LocalDate kisDay, String code) {
        return bounded(redis.async(client -> client.<String, String>getMap(keys.confirmed(kisDay, code), StringCodec.INSTANCE)
                .readAllMapAsync())).thenApply(words -> words.entrySet().stream().map(word -> confirmed(word.getKey(), word.getValue())).toList());
    }

    private static String word(OrderEntry entry) {
        return entry.id() + " " + entry.terms().action().wire() + " " + entry.sentAt().toEpochMilli() + " " + entry.changedAt().toEpochMilli();
    }

    private static Confirmed confirmed(String orderNo, String word) {
        String[] parts = word.split(" ");
        return new Confirmed(parts[0], orderNo, Terms.Action.ofWire(parts[1]), Instant.ofEpochMilli(Long.parseLong(parts[2])),
                Instant.ofEpochMilli(Long.parseLong(parts[3])));
    }

    @Override
    public CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers) {
        return bounded(redis.async(client -> client.<String, String>getMap(keys.numbers(day), StringCodec.INSTANCE)
                .getAllAsync(new HashSet<>(orderNumbers)))).thenApply(HashMap::new);
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
        CompletionStage<Written> writing = this.<String>eval(Mode.READ_WRITE, ReturnType.VALUE, write, names,
                entry.id(), String.valueOf(old), String.valueOf(entry.version()), EntryJson.write(entry),
                millis(entry.createdAt().plus(retention.entries())), millis(keyEnds(entry)), millis(endOf(later(day, entry.day()))),
                millis(entry.createdAt()), entry.state().settled() ? "" : millis(entry.due()), orderNo,
                placement != null && placement.confirmed() ? word(entry) : "", flag(claims), replaced == null ? "" : replaced,
                sending ? "sending" : entry.state().sent() ? "sent" : "received", flag(sending && !entry.terms().cancels()),
                flag(key != null), flag(client != null)).thenCompose(result -> written(entry, result));
        return writing.whenComplete((done, failure) -> heard(failure, 1));
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

    /** Until when what belongs to a day is kept: as long as the last of its entries. */
    private Instant endOf(LocalDate day) {
        return day.plusDays(1).atStartOfDay(Times.KST).toInstant().plus(retention.entries());
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
        boolean replicated = !parts[1].isEmpty() && !parts[1].equals("0");
        return (replicated ? replicated() : CompletableFuture.<Void>completedStage(null)).thenCompose(done -> {
            recent.written(entry);
            return parts[2].isEmpty() ? CompletableFuture.completedStage(Written.DONE) : lose(parts[2], entry);
        });
    }

    /** Redis answers before its replicas have what was written. Should it fail now, only what one of them has lives on. */
    private CompletionStage<Void> replicated() {
        return bounded(redis.client().createBatch(BatchOptions.defaults().sync(1, REPLICATION)), batch ->
                batch.<String>getBucket(keys.alive(instance), StringCodec.INSTANCE).setAsync("1", LIFE)).thenCompose(synced -> synced > 0
                        ? CompletableFuture.completedStage(null)
                        : CompletableFuture.failedStage(new IOException("none of Redis's replicas has it within " + REPLICATION.toMillis() + " ms")));
    }

    private static CompletionStage<Integer> bounded(RBatch batch, Consumer<RBatch> commands) {
        commands.accept(batch);
        return bounded(batch.executeAsync()).thenApply(BatchResult::getSyncedSlaves);
    }

    private CompletionStage<Written> lose(String loser, OrderEntry winner) {
        return find(loser).thenCompose(found -> {
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
        return this.<String>eval(Mode.READ_WRITE, ReturnType.VALUE, remove,
                List.of(keys.entry(entry.id()), keys.holder(key == null ? entry.id() : key),
                        keys.day(LocalDate.ofInstant(entry.createdAt(), Times.KST)), keys.open()),
                entry.id(), String.valueOf(entry.version())).thenApply(Written::valueOf);
    }

    /** A write like any other; that one of them is lost in a start or a change of connections is no outage yet. */
    @Override
    public CompletionStage<Void> heartbeat() {
        Instant sent = own.instant();
        return this.<List<String>>eval(Mode.READ_WRITE, ReturnType.MULTI, heartbeat, List.of(keys.alive(instance)),
                String.valueOf(LIFE.toMillis())).thenAccept(time -> clockTold(time, sent))
                .whenComplete((done, failure) -> heard(failure, failure == null ? 0 : heartbeatsLost.incrementAndGet() - 1));
    }

    private void heard(Throwable failure, int before) {
        if (failure == null) {
            heartbeatsLost.set(0);
            availability.wrote();
        } else if (before > 0) {
            availability.failed(RedisConnection.reason(failure));
        }
    }

    private void clockTold(List<String> time, Instant sent) {
        Instant redis = Instant.ofEpochSecond(Long.parseLong(time.get(0)), Long.parseLong(time.get(1)) * 1000);
        Duration ahead = Duration.ofMillis(clock.heard(redis, sent, own.instant()));
        if (ahead.abs().compareTo(CLOCKS_AGREE) > 0 && clockTold.compareAndSet(false, true)) {
            LOG.warn("Redis's clock is {} s {} this machine's: keep both by NTP. Between gateways Redis's counts",
                    ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
        }
    }

    @Override
    public CompletionStage<Boolean> isAlive(String who) {
        return bounded(redis.async(client -> client.getBucket(keys.alive(who), StringCodec.INSTANCE).isExistsAsync()));
    }

    @Override
    public CompletionStage<Boolean> lease(String name, Duration atMost) {
        return bounded(redis.async(client -> client.<String>getBucket(keys.lease(name), StringCodec.INSTANCE)
                .setIfAbsentAsync(instance, atMost)));
    }

    @Override
    public CompletionStage<Void> endLease(String name) {
        return this.<String>eval(Mode.READ_WRITE, ReturnType.VALUE, endLease, List.of(keys.lease(name)), instance)
                .thenAccept(done -> { });
    }

    @Override
    public CompletionStage<Optional<String>> halted(String known) {
        CompletionStage<Boolean> kept = known == null ? CompletableFuture.completedStage(false)
                : bounded(redis.async(client -> client.<String>getBucket(keys.halt(), StringCodec.INSTANCE).setIfAbsentAsync(known)));
        return kept.thenCompose(lost -> {
            if (lost) {
                LOG.warn("Redis had forgotten that trading is halted, and was told again; what else it has lost is lost");
            }
            return bounded(redis.async(client -> client.<String>getBucket(keys.halt(), StringCodec.INSTANCE).getAsync()));
        }).thenApply(note -> Optional.ofNullable(note).filter(text -> !text.equals(RESUMED)));
    }

    @Override
    public CompletionStage<Void> halt(String note) {
        return bounded(redis.async(client -> client.<String>getBucket(keys.halt(), StringCodec.INSTANCE).setAsync(note == null ? RESUMED : note)));
    }

    /** Redis is not this class's to close. */
    @Override
    public void close() {
        LOG.debug("The journal in Redis is left as it is");
    }
}
