package io.kisgateway.order.journal;

import io.kisgateway.redis.RedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
    private static final int MOST_OF_A_DAY = 20_000;
    private static final String DONE = "DONE";
    /** Stays where the halt was, so that a Redis that has forgotten it is another thing. */
    private static final String RESUMED = "resumed";

    private final RedisConnection redis;
    private final String scope;
    private final String instance;
    private final Retention retention;
    private final RecentEntries recent;
    private final String write = script("write");
    private final String remove = script("remove");
    private final String find = script("find");
    private final String list = script("list");
    private final String endLease = script("end-lease");

    /** @param scope names account and mode; keys of different scopes know nothing of each other */
    RedisJournal(RedisConnection redis, String scope, String instance, Retention retention, Clock clock) {
        this.recent = new RecentEntries(clock);
        this.redis = redis;
        // The braces keep all of an account's keys on one node of a Cluster.
        this.scope = redis.key("orders:{" + scope + "}:");
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

    private String entryKey(String id) {
        return scope + "entry:" + id;
    }

    /** Keys are the callers' own texts: hashed they are short, and none can look like another name. */
    private String holderKey(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return scope + "key:" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String dayKey(LocalDate day) {
        return scope + "day:" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    private String openKey() {
        return scope + "open";
    }

    private String numbersKey(LocalDate day) {
        return scope + "numbers:" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    private String numberKey(String orderNo) {
        return scope + "number:" + orderNo;
    }

    private String haltKey() {
        return scope + "halt";
    }

    private String aliveKey(String who) {
        return scope + "alive:" + who;
    }

    private static <T> CompletionStage<T> bounded(CompletionStage<T> stage) {
        return stage.toCompletableFuture().copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> CompletionStage<T> eval(Mode mode, ReturnType type, String script, List<Object> keys, Object... args) {
        return bounded(redis.async(client -> client.getScript(StringCodec.INSTANCE)
                .<T>evalAsync(keys.get(0).toString(), mode, script, type, keys, args)));
    }

    private static Optional<OrderEntry> entry(String doc) {
        return doc == null || doc.isEmpty() ? Optional.empty() : Optional.of(EntryJson.read(doc));
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> find(String id) {
        return bounded(redis.async(client -> client.<String, String>getMap(entryKey(id), StringCodec.INSTANCE).getAsync("doc")))
                .thenApply(RedisJournal::entry);
    }

    @Override
    public CompletionStage<Optional<OrderEntry>> findByKey(String key) {
        return findBy(holderKey(key)).thenCompose(found -> recent.find(key)
                .filter(mine -> found.isEmpty() || found.get().id().equals(mine.id()) && found.get().version() < mine.version())
                .map(this::recall).orElse(CompletableFuture.completedStage(found)));
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
        return findBy(numberKey(orderNo));
    }

    private CompletionStage<Optional<OrderEntry>> findBy(String index) {
        return this.<String>eval(Mode.READ_ONLY, ReturnType.VALUE, find, List.of(index), entryKey("")).thenApply(RedisJournal::entry);
    }

    @Override
    public CompletionStage<List<OrderEntry>> of(LocalDate day) {
        return listed(dayKey(day), MOST_OF_A_DAY);
    }

    @Override
    public CompletionStage<List<OrderEntry>> open() {
        return listed(openKey(), MOST_OPEN);
    }

    private CompletionStage<List<OrderEntry>> listed(String set, int most) {
        return this.<List<String>>eval(Mode.READ_WRITE, ReturnType.MULTI, list, List.of(set), entryKey(""), String.valueOf(most))
                .thenApply(docs -> docs.stream().map(EntryJson::read).toList());
    }

    @Override
    public CompletionStage<Map<String, String>> owners(LocalDate day, Collection<String> orderNumbers) {
        return bounded(redis.async(client -> client.<String, String>getMap(numbersKey(day), StringCodec.INSTANCE)
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
        String key = entry.origin().key();
        Placement placement = entry.placement();
        String orderNo = placement == null ? "" : placement.orderNo();
        boolean haltable = entry.state() == OrderState.SENDING && !entry.terms().cancels();
        List<Object> keys = List.of(entryKey(entry.id()), holderKey(key == null ? entry.id() : key),
                dayKey(LocalDate.ofInstant(entry.createdAt(), Times.KST)), openKey(), numbersKey(entry.day()), numberKey(orderNo), haltKey());
        return this.<String>eval(Mode.READ_WRITE, ReturnType.VALUE, write, keys,
                entry.id(), String.valueOf(old), String.valueOf(entry.version()), EntryJson.write(entry),
                String.valueOf(retention.entries().toMillis()), String.valueOf(keyLife(entry).toMillis()),
                String.valueOf(entry.createdAt().toEpochMilli()),
                entry.state().settled() ? "" : String.valueOf(entry.due().toEpochMilli()), orderNo,
                placement != null && placement.confirmed() ? "1" : "", claims ? "1" : "", replaced == null ? "" : replaced,
                haltable ? "1" : "", entry.state().sent() ? "1" : "", key == null ? "" : "1")
                .thenCompose(result -> written(entry, result));
    }

    /** While it is not known what became of an order nobody may have its key, however long the gateways are away. */
    private Duration keyLife(OrderEntry entry) {
        return entry.state().settled() ? retention.keys() : retention.entries();
    }

    private CompletionStage<Written> written(OrderEntry entry, String result) {
        if (!result.startsWith(DONE)) {
            return CompletableFuture.completedStage(Written.valueOf(result));
        }
        recent.written(entry);
        String loser = result.substring(DONE.length());
        if (loser.isEmpty()) {
            return CompletableFuture.completedStage(Written.DONE);
        }
        return find(loser).thenCompose(found -> {
            if (found.isEmpty() || !LostNumber.loses(found.get(), entry)) {
                return CompletableFuture.completedStage(Written.DONE);
            }
            LOG.warn("KIS confirmed number {} for order {}; a lookup had found it for order {}, which is looked up again",
                    entry.placement().orderNo(), entry.id(), loser);
            return replace(LostNumber.of(found.get(), entry));
        }).handle((done, failure) -> Written.DONE);
    }

    @Override
    public CompletionStage<Written> remove(OrderEntry entry) {
        String key = entry.origin().key();
        return this.<String>eval(Mode.READ_WRITE, ReturnType.VALUE, remove,
                List.of(entryKey(entry.id()), holderKey(key == null ? entry.id() : key),
                        dayKey(LocalDate.ofInstant(entry.createdAt(), Times.KST)), openKey()),
                entry.id(), String.valueOf(entry.version())).thenApply(Written::valueOf);
    }

    @Override
    public CompletionStage<Void> heartbeat() {
        return bounded(redis.async(client -> client.<String>getBucket(aliveKey(instance), StringCodec.INSTANCE).setAsync("1", LIFE)));
    }

    @Override
    public CompletionStage<Boolean> isAlive(String who) {
        return bounded(redis.async(client -> client.getBucket(aliveKey(who), StringCodec.INSTANCE).isExistsAsync()));
    }

    @Override
    public CompletionStage<Boolean> lease(String name, Duration atMost) {
        return bounded(redis.async(client -> client.<String>getBucket(scope + "lease:" + name, StringCodec.INSTANCE)
                .setIfAbsentAsync(instance, atMost)));
    }

    @Override
    public CompletionStage<Void> endLease(String name) {
        return this.<String>eval(Mode.READ_WRITE, ReturnType.VALUE, endLease, List.of(scope + "lease:" + name), instance)
                .thenAccept(done -> { });
    }

    @Override
    public CompletionStage<Optional<String>> halted(String known) {
        CompletionStage<Boolean> kept = known == null ? CompletableFuture.completedStage(false)
                : bounded(redis.async(client -> client.<String>getBucket(haltKey(), StringCodec.INSTANCE).setIfAbsentAsync(known)));
        return kept.thenCompose(lost -> {
            if (lost) {
                LOG.warn("Redis had forgotten that trading is halted, and was told again; what else it has lost is lost");
            }
            return bounded(redis.async(client -> client.<String>getBucket(haltKey(), StringCodec.INSTANCE).getAsync()));
        }).thenApply(note -> Optional.ofNullable(note).filter(text -> !text.equals(RESUMED)));
    }

    @Override
    public CompletionStage<Void> halt(String note) {
        return bounded(redis.async(client -> client.<String>getBucket(haltKey(), StringCodec.INSTANCE).setAsync(note == null ? RESUMED : note)));
    }

    /** Redis is not this class's to close. */
    @Override
    public void close() {
        LOG.debug("The journal in Redis is left as it is");
    }
}
