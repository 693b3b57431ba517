package io.kisgateway.throttle;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What one endpoint or client has booked in its fixed windows, present and to come. Not safe for several threads. */
final class FixedWindows {

    private final int guard;
    /** For each length, milliseconds, what is booked in the windows by their numbers. */
    private final Map<Long, TreeMap<Long, Integer>> lengths = new HashMap<>();

    FixedWindows(int guardMillis) {
        this.guard = guardMillis;
    }

    /** The first moment from {@code from} on at which every limit has room. */
    long fit(long from, RateLimits limits) {
        long at = from;
        for (;;) {
            long next = at;
            for (RateLimit limit : limits.all()) {
                TreeMap<Long, Integer> windows = of(limit.windowMillis());
                long window = Math.floorDiv(at, limit.windowMillis());
                long reached = Math.floorDiv(at + guard, limit.windowMillis());
                if (windows.getOrDefault(reached, 0) >= limit.permits()) {
                    next = Math.max(next, (reached + 1) * limit.windowMillis());
                } else if (windows.getOrDefault(window, 0) >= limit.permits()) {
                    next = Math.max(next, (window + 1) * limit.windowMillis());
                }
            }
            if (next == at) {
                return at;
            }
            at = next;
        }
    }

    void add(long at, RateLimits limits, int n) {
        for (RateLimit limit : limits.all()) {
            add(at, limit, n);
            if (Math.floorDiv(at, limit.windowMillis()) != Math.floorDiv(at + guard, limit.windowMillis())) {
                add(at + guard, limit, n);
            }
        }
    }

    void add(long at, RateLimit limit, int n) {
        of(limit.windowMillis()).compute(Math.floorDiv(at, limit.windowMillis()),
                (window, before) -> Math.max(0, (before == null ? 0 : before) + n));
    }

    int used(long at, RateLimit limit) {
        return of(limit.windowMillis()).getOrDefault(Math.floorDiv(at, limit.windowMillis()), 0);
    }

    /** Calls with each window, present or to come, that holds anything. */
    void forEach(long now, WindowCount count) {
        prune(now);
        lengths.forEach((length, windows) -> windows.forEach((window, permits) -> {
            if (permits > 0) {
                count.of(length, window, permits);
            }
        }));
    }

    @FunctionalInterface
    interface WindowCount {
        void of(long length, long window, int permits);
    }

    void clear() {
        lengths.clear();
    }

    void prune(long now) {
        lengths.forEach((length, windows) -> windows.headMap(Math.floorDiv(now, length)).clear());
    }

    private TreeMap<Long, Integer> of(long length) {
        return lengths.computeIfAbsent(length, none -> new TreeMap<>());
    }
}
