package io.kisgateway.order.journal;

import io.kisgateway.order.journal.Journal.Written;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Stages;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one version of an entry gets into a journal in Redis, with all that hangs on it: one script, hence atomic. */
final class RedisWrites {

    private static final Logger LOG = LoggerFactory.getLogger(RedisWrites.class);
    private static final String DONE = "DONE ";
    private static final String LOSES = "LOSES ";
    private static final int TRIES = 5;

    /**
     * Whoever has an order number that KIS has confirmed for another order.
     *
     * @param before as it is, or null if that does not matter
     * @param after  what becomes of it; null if nothing does
     */
    private record Loser(String id, OrderEntry before, OrderEntry after) {
        private static final Loser NOBODY = new Loser("", null, null);
    }

    private final RedisStore store;
    private final RedisReads reads;
    private final RedisHeartbeat heartbeat;
    private final RecentEntries recent;
    private final Retention retention;
    private final String script = RedisStore.script("write");

    RedisWrites(RedisStore store, RedisReads reads, RedisHeartbeat heartbeat, RecentEntries recent, Retention retention) {
        this.store = store;
        this.reads = reads;
        this.heartbeat = heartbeat;
        this.recent = recent;
        this.retention = retention;
    }

    /**
     * @param old      the version that it replaces; 0 for none
     * @param claims   whether it takes its key
     * @param replaced the entry that has the key and may lose it, or null
     */
    CompletionStage<Written> write(OrderEntry entry, long old, boolean claims, OrderEntry replaced) {
        boolean sending = entry.state() == OrderState.SENDING;
        CompletionStage<?> ready = sending ? heartbeat.ready() : CompletableFuture.completedStage(null);
        return ready.thenCompose(done -> write(entry, old, claims, replaced, Loser.NOBODY, TRIES)).whenComplete((done, failure) -> {
            if (sending || failure != null) {
                heartbeat.ended(failure);
            }
        });
    }

    private CompletionStage<Written> write(OrderEntry entry, long old, boolean claims, OrderEntry replaced, Loser loser, int tries) {
        return store.text(script, names(entry, replaced, loser), arguments(entry, old, claims, replaced, loser)).thenCompose(result -> {
            if (!result.startsWith(LOSES)) {
                return written(entry, loser.after(), result);
            }
            return tries == 0 ? CompletableFuture.completedStage(Written.CHANGED)
                    : loser(result.substring(LOSES.length()), entry)
                            .thenCompose(found -> write(entry, old, claims, replaced, found, tries - 1));
        });
    }

    private List<Object> names(OrderEntry entry, OrderEntry replaced, Loser loser) {
        RedisKeys keys = store.keys();
        String code = entry.terms().stockCode();
        String client = entry.origin().client();
        LocalDate day = KoreanTime.date(entry.createdAt());
        OrderEntry loses = loser.after();
        return List.of(keys.entry(entry.id()), holder(entry), keys.day(day), keys.open(), keys.numbers(entry.day()),
                keys.number(number(entry)), keys.halt(), keys.openOf(entry.day(), code), keys.confirmed(entry.day(), code),
                keys.clientsDay(client == null ? "" : client, day), keys.entry(loser.id()),
                loses == null ? keys.holder(loser.id()) : holder(loses),
                loses == null ? keys.open() : keys.openOf(loses.day(), loses.terms().stockCode()),
                keys.entry(replaced == null ? "" : replaced.id()));
    }

    private String holder(OrderEntry entry) {
        String key = entry.origin().keyName();
        return store.keys().holder(key == null ? entry.id() : key);
    }

    private static String number(OrderEntry entry) {
        return entry.placement() == null ? "" : entry.placement().orderNo();
    }

    private Object[] arguments(OrderEntry entry, long old, boolean claims, OrderEntry replaced, Loser loser) {
        boolean sending = entry.state() == OrderState.SENDING;
        boolean confirmed = entry.placement() != null && entry.placement().confirmed();
        OrderEntry loses = loser.after();
        return new Object[] {entry.id(), String.valueOf(old), String.valueOf(entry.version()), EntryJson.write(entry),
            millis(entry.createdAt().plus(retention.entries())), millis(keyEnds(entry)),
            millis(retention.endOf(later(KoreanTime.date(entry.createdAt()), entry.day()))), millis(entry.createdAt()),
            entry.due() == null ? "" : millis(entry.due()), number(entry), confirmed ? word(entry) : "", flag(claims),
            replaced == null ? "" : replaced.id(), replaced == null ? "" : String.valueOf(replaced.version()),
            sending ? "sending" : entry.state().sent() ? "sent" : "received",
            flag(sending && !entry.terms().cancels()), flag(entry.origin().key() != null), flag(entry.origin().client() != null),
            loser.id(), loses == null ? "" : String.valueOf(loser.before().version()),
            loses == null ? "" : String.valueOf(loses.version()), loses == null ? "" : EntryJson.write(loses),
            loses == null ? "" : millis(loses.due()), loses == null ? "" : millis(loses.createdAt()),
            loses == null ? "" : millis(keyEnds(loses))};
    }

    private static String word(OrderEntry entry) {
        return entry.id() + " " + entry.terms().action().wire() + " " + entry.sentAt().toEpochMilli() + " "
                + entry.changedAt().toEpochMilli();
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

    /** Who has the number that KIS has confirmed for another order, and what becomes of it; what cannot be read stays as it is. */
    private CompletionStage<Loser> loser(String id, OrderEntry winner) {
        return reads.find(id).handle((found, failure) -> {
            if (failure != null && !(Stages.cause(failure) instanceof UnreadableEntry)) {
                return CompletableFuture.<Loser>failedStage(failure);
            }
            OrderEntry before = failure == null ? found.orElse(null) : null;
            boolean loses = before != null && LostNumber.loses(before, winner);
            return CompletableFuture.completedStage(new Loser(id, before, loses ? LostNumber.of(before, winner) : null));
        }).thenCompose(stage -> stage);
    }

    private CompletionStage<Written> written(OrderEntry entry, OrderEntry loser, String result) {
        if (!result.startsWith(DONE)) {
            return CompletableFuture.completedStage(Written.valueOf(result));
        }
        if (loser != null) {
            LOG.warn("KIS confirmed number {} for order {}; a lookup had found it for order {}, which is looked up again",
                    entry.placement().orderNo(), entry.id(), loser.id());
            recent.written(loser);
        }
        return heartbeat.replicated(result.substring(DONE.length())).thenApply(done -> {
            recent.written(entry);
            return Written.DONE;
        });
    }
}
