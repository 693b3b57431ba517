package io.kisgateway.ops;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The breaker's last changes, with their reasons. */
public final class BreakerHistory {

    private static final int REMEMBERED = 10;

    private final InstantSource clock;
    private final Deque<Change> changes = new ArrayDeque<>();

    /** One change. */
    record Change(Instant at, String state, String reason) { }

    public BreakerHistory(InstantSource clock) {
        this.clock = clock;
    }

    public void changed(String state, String reason) {
        synchronized (changes) {
            if (changes.size() == REMEMBERED) {
                changes.removeFirst();
            }
            changes.addLast(new Change(clock.instant(), state, reason));
        }
    }

    /** Newest last. */
    List<Change> last() {
        synchronized (changes) {
            return List.copyOf(changes);
        }
    }
}
