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

    private final SqliteStore store;
    /** By kind; whether a key's request is under way, and its caller there. */
    private final Map<String, LinkedHashMap<String, Boolean>> kinds = new LinkedHashMap<>();
    private boolean loaded;

    UntoldKeys(SqliteStore store) {
        this.store = store;
    }

    Journal.Borrowed borrow(String kind, String fresh, String ticket) throws SQLException {
        if (!loaded) {
            for (String name : store.keysLike(Origin.MADE_UP)) {
                String key = name.substring(name.indexOf(Origin.MADE_UP));
                of(Origin.kind(key)).put(key, false);
            }
            loaded = true;
        }
        LinkedHashMap<String, Boolean> keys = of(kind);
        Optional<String> untold = keys.entrySet().stream().filter(one -> !one.getValue()).map(Map.Entry::getKey).findFirst();
        if (untold.isEmpty() && ticket == null && !keys.isEmpty()) {
            return new Journal.Borrowed(null, "again");
        }
        String key = untold.orElse(fresh);
        keys.put(key, true);
        return new Journal.Borrowed(key, null);
    }

    private LinkedHashMap<String, Boolean> of(String kind) {
        LinkedHashMap<String, Boolean> keys = kinds.computeIfAbsent(kind, fresh -> new LinkedHashMap<>());
        if (kinds.size() > MOST_KINDS) {
            Iterator<String> eldest = kinds.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return keys;
    }

    void untold(String key) {
        Map<String, Boolean> keys = kinds.getOrDefault(Origin.kind(key), new LinkedHashMap<>());
        keys.computeIfPresent(key, (name, under) -> false);
    }

    void told(String client, String key) throws SQLException {
        LinkedHashMap<String, Boolean> keys = kinds.get(Origin.kind(key));
        if (keys != null && keys.remove(key) != null && keys.isEmpty()) {
            kinds.remove(Origin.kind(key));
        }
        store.free(Origin.keyName(client, key));
    }

}
