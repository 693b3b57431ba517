package io.kisgateway.order.journal;

import io.kisgateway.runtime.Recent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The orders with a key that this instance wrote down lately, for the case that a shared store forgets them. */
final class RecentEntries {

    private static final int MOST = 5000;
    /** Far less than a key lives, so that what is missing from the store is missing by a fault. */
    private static final Duration LATELY = Duration.ofHours(1);

    private record Written(OrderEntry entry, Instant at) {}

    private final InstantSource clock;
    /** Those whose loss is in the log already. */
    private final Set<String> lost = new HashSet<>();
    private final Map<String, Written> byKey = Recent.map(MOST);

    RecentEntries(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void written(OrderEntry entry) {
        String key = entry.origin().keyName();
        if (key != null && entry.state() != OrderState.RECEIVED) {
            byKey.put(key, new Written(entry, clock.instant()));
        }
    }

    synchronized Optional<OrderEntry> find(String key) {
        return Optional.ofNullable(byKey.get(key)).filter(written -> clock.instant().isBefore(written.at().plus(LATELY)))
                .map(Written::entry);
    }

    /** Whether it is said for the first time. */
    synchronized boolean isNews(OrderEntry entry) {
        return lost.size() < MOST && lost.add(entry.id());
    }
}
