package io.kisgateway.ops;

import io.kisgateway.kis.BreakerState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** The breaker's last changes, with their reasons. */
final class BreakerHistory {

    private static final int REMEMBERED = 10;

    private final InstantSource clock;
    private final Supplier<BreakerState> breaker;
    private final Deque<Change> changes = new ArrayDeque<>();

    record Change(Instant at, String state, String reason) {}

    BreakerHistory(InstantSource clock, Supplier<BreakerState> breaker) {
        this.clock = clock;
        this.breaker = breaker;
    }

    void changed(String state) {
        String reason = breaker.get().lastReason();
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
