package io.kisgateway.order.journal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads entries, and keeps count of those that cannot be read; each is said once in the log. */
final class Unreadable {

    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);
    /** More are counted no further: by then the number is not what matters. */
    private static final int MOST = 1000;

    /** An entry as it is stored. @param created when it arrived, milliseconds */
    record Stored(String id, long created, String doc) {
        Cursor cursor() {
            return new Cursor(created, id);
        }
    }

    private final Set<String> ids = new LinkedHashSet<>();

    /** @throws UnreadableEntry if it cannot be read */
    OrderEntry read(Stored stored) {
        try {
            OrderEntry entry = EntryJson.read(stored.doc());
            if (!entry.id().equals(stored.id())) {
                throw new IllegalArgumentException("it says that it is entry " + entry.id());
            }
            readable(stored.id());
            return entry;
        } catch (IllegalArgumentException e) {
            met(stored.id(), e);
            throw new UnreadableEntry(stored.id(), e);
        }
    }

    Optional<OrderEntry> read(Optional<Stored> stored) {
        return stored.map(this::read);
    }

    /** Those that can be read. */
    List<OrderEntry> readable(List<Stored> stored) {
        return page(stored, null).entries();
    }

    /** The others must not wait for those that cannot be read. */
    Journal.Page page(List<Stored> stored, String next) {
        List<OrderEntry> entries = new ArrayList<>(stored.size());
        List<String> without = new ArrayList<>();
        for (Stored one : stored) {
            try {
                entries.add(read(one));
            } catch (UnreadableEntry e) {
                without.add(one.id());
            }
        }
        return new Journal.Page(entries, next, without);
    }

    /** @param stored one more than the page holds, if there is one more */
    Journal.Page page(List<Stored> stored, int limit) {
        return stored.size() > limit ? page(stored.subList(0, limit), stored.get(limit - 1).cursor().toString()) : page(stored, null);
    }

    private synchronized void met(String id, Exception why) {
        if (ids.size() < MOST && ids.add(id)) {
            LOG.error(
                    "Entry {} of the journal cannot be read ({}); it is left out, and its key stays taken. See it with the command journal",
                    id, why.getMessage());
        }
    }

    private synchronized void readable(String id) {
        ids.remove(id);
    }

    synchronized int count() {
        return ids.size();
    }
}
