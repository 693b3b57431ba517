package io.kisgateway.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The latest events in order, for whoever was away for a moment; so many and so large at most. Used under its owner's lock. */
final class EventLog {

    private static final int MOST = 16_384;
    private static final long MOST_BYTES = 16L * 1024 * 1024;
    private static final Pattern ID = Pattern.compile("([0-9]{1,15})-([0-9]{1,18})");

    private final StreamEvent[] ring = new StreamEvent[MOST];
    private long first;
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
        while (first < next && (next - first == MOST || bytes + event.size() > MOST_BYTES)) {
            int oldest = (int) (first++ % MOST);
            bytes -= ring[oldest].size();
            ring[oldest] = null;
        }
        long at = next;
        ring[(int) (at % MOST)] = event;
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
        long low = first;
        long high = next;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (ring[(int) (middle % MOST)].sequence() < id.sequence()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (long at = low; at < next && ring[(int) (at % MOST)].sequence() == id.sequence(); at++) {
            StreamEvent event = ring[(int) (at % MOST)];
            if (event.id() != null) {
                return event.id().equals(id.at().toEpochMilli() + "-" + id.sequence()) ? at : -1;
            }
        }
        return -1;
    }

    /** Those after a position, in order. */
    void after(long position, Consumer<StreamEvent> action) {
        List<StreamEvent> events = new ArrayList<>();
        for (long at = Math.max(first, position + 1); at < next; at++) {
            events.add(ring[(int) (at % MOST)]);
        }
        events.forEach(action);
    }
}
