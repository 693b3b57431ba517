package io.kisgateway.stream;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The latest events in order, for whoever was away for a moment; so many and so large at most. Used under its owner's lock. */
final class EventLog {

    private static final int MOST = 16_384;
    private static final long MOST_BYTES = 16L * 1024 * 1024;
    private static final Pattern ID = Pattern.compile("([0-9]{1,15})-([0-9]{1,18})");

    /** By their places. */
    private final NavigableMap<Long, StreamEvent> events = new TreeMap<>();
    /** Of each record's first event: several kinds may have one record. */
    private final Map<String, Long> places = new HashMap<>();
    /** Written under the lock, read without. */
    private volatile long next;
    private long bytes;
    private volatile long sequence;

    /** What a listener says it has got last. */
    record Id(Instant at, long sequence) {

        /** Null if it is none that this gateway gave. */
        static Id parse(String text) {
            Matcher matcher = ID.matcher(text);
            return matcher.matches() ? new Id(Instant.ofEpochMilli(Long.parseLong(matcher.group(1))), Long.parseLong(matcher.group(2)))
                    : null;
        }
    }

    void add(StreamEvent event) {
        while (!events.isEmpty() && (events.size() == MOST || bytes + event.size() > MOST_BYTES)) {
            Map.Entry<Long, StreamEvent> oldest = events.pollFirstEntry();
            places.remove(oldest.getValue().id(), oldest.getKey());
            bytes -= oldest.getValue().size();
        }
        long at = next;
        events.put(at, event);
        if (event.id() != null) {
            places.putIfAbsent(event.id(), at);
        }
        next = at + 1;
        bytes += event.size();
        sequence = Math.max(sequence, event.sequence());
    }

    /** Where the next event will be. */
    long next() {
        return next;
    }

    /** The sequence of the last record. */
    long sequence() {
        return sequence;
    }

    /** Where the event with this id is, or -1 if it is not here. */
    long position(Id id) {
        return places.getOrDefault(id.at().toEpochMilli() + "-" + id.sequence(), -1L);
    }

    /** Those after a position, in order. */
    void after(long position, Consumer<StreamEvent> action) {
        List.copyOf(events.tailMap(position, false).values()).forEach(action);
    }
}
