package io.kisgateway.order.journal;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of requests that brought none, for a journal in a file: those of which nobody has been told how they ended. What the
 * file holds of them at the start is what the process before has left untold. Used by the journal's thread.
 */
final class UntoldKeys {

    private static final int MOST_KINDS = 20_000;

    private static final Use UNTOLD = new Use(-1, "");

    private final SqliteStore store;
    /** By kind and key. */
    private final Map<String, LinkedHashMap<String, Use>> kinds = new LinkedHashMap<>();
    private long repeats;
    private boolean loaded;

    /**
     * A request that is under way, and its caller there.
     *
     * @param repeat the how many-eth; 0 for the first with this key
     * @param fresh  the key with which it asked
     */
    private record Use(long repeat, String fresh) {}

    UntoldKeys(SqliteStore store) {
        this.store = store;
    }

    Journal.Borrowed borrow(String kind, String fresh, String ticket) throws SQLException {
        if (!loaded) {
            for (String name : store.keysSentLike(Origin.MADE_UP)) {
                String key = name.substring(name.indexOf(Origin.MADE_UP));
                of(Origin.kind(key)).put(key, UNTOLD);
            }
            loaded = true;
        }
        LinkedHashMap<String, Use> keys = of(kind);
        Optional<String> untold = keys.entrySet().stream().filter(one -> one.getValue().equals(UNTOLD)).map(Map.Entry::getKey).findFirst();
        if (untold.isPresent()) {
            keys.put(untold.get(), new Use(++repeats, fresh));
            return new Journal.Borrowed(untold.get(), null);
        }
        if (!keys.isEmpty() && (ticket == null || keys.values().stream().anyMatch(use -> use.repeat > Long.parseLong(ticket)))) {
            return new Journal.Borrowed(null, Long.toString(repeats));
        }
        keys.put(fresh, new Use(0, fresh));
        return new Journal.Borrowed(fresh, null);
    }

    private LinkedHashMap<String, Use> of(String kind) {
        LinkedHashMap<String, Use> keys = kinds.computeIfAbsent(kind, fresh -> new LinkedHashMap<>());
        if (kinds.size() > MOST_KINDS) {
            Iterator<String> eldest = kinds.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return keys;
    }

    void untold(String key, String fresh) {
        kinds.getOrDefault(Origin.kind(key), new LinkedHashMap<>())
                .computeIfPresent(key, (name, use) -> use.fresh.equals(fresh) ? UNTOLD : use);
    }

    /** Its question may have been answered after it had gone. */
    void giveUp(String fresh) {
        LinkedHashMap<String, Use> keys = kinds.getOrDefault(Origin.kind(fresh), new LinkedHashMap<>());
        keys.remove(fresh);
        keys.replaceAll((key, use) -> use.fresh.equals(fresh) ? UNTOLD : use);
    }

    void told(String client, String key, String fresh) throws SQLException {
        LinkedHashMap<String, Use> keys = kinds.getOrDefault(Origin.kind(key), new LinkedHashMap<>());
        Use use = keys.get(key);
        if (use != null && !use.fresh.equals(fresh)) {
            return;
        }
        keys.remove(key);
        if (keys.isEmpty()) {
            kinds.remove(Origin.kind(key));
        }
        store.free(Origin.keyName(client, key));
    }
}
