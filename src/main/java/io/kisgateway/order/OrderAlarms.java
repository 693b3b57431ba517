package io.kisgateway.order;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What should never be seen of orders, and is an operator's to look into. */
public final class OrderAlarms {

    private static final Logger LOG = LoggerFactory.getLogger(OrderAlarms.class);
    private static final int MOST_STRANGERS = 20_000;

    public enum Kind {
        /** KIS lists an order that a caller was told is not placed. */
        LATE_SIGHTING,
        /** KIS lists an order that is in no journal: it was placed elsewhere, or the journal has lost it. */
        STRANGER,
        /** What was found out of an order contradicts what is written down of it, and was not written down. */
        REFUSED_TRANSITION
    }

    /**
     * One kind as it stands.
     *
     * @param count since the start
     * @param last  the latest, a sentence; null if there was none
     * @param at    when that was; null if there was none
     */
    public record Alarm(Kind kind, long count, String last, Instant at) {}

    private final InstantSource clock;
    private final Map<Kind, Alarm> alarms = new EnumMap<>(Kind.class);
    private final Set<String> strangers = new LinkedHashSet<>();

    OrderAlarms(InstantSource clock) {
        this.clock = clock;
        for (Kind kind : Kind.values()) {
            alarms.put(kind, new Alarm(kind, 0, null, null));
        }
    }

    synchronized void raise(Kind kind, String what) {
        LOG.error("{}", what);
        alarms.computeIfPresent(kind, (same, before) -> new Alarm(kind, before.count() + 1, what, clock.instant()));
    }

    /** Whether this one has not been told of. */
    synchronized boolean isUntold(KisOrder row) {
        return strangers.size() < MOST_STRANGERS && !strangers.contains(row.orderNo() + row.orderedAt());
    }

    /** Each is told of once. */
    synchronized void stranger(KisOrder row) {
        if (strangers.size() < MOST_STRANGERS && strangers.add(row.orderNo() + row.orderedAt())) {
            raise(Kind.STRANGER, "KIS lists order " + row.orderNo() + " (" + row.side() + " " + row.quantity() + " of " + row.code()
                    + "), which is in no journal: it was placed elsewhere, or the journal has lost it");
        }
    }

    synchronized List<Alarm> all() {
        return List.copyOf(alarms.values());
    }
}
