package io.kisgateway.throttle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one endpoint or client has booked in its fixed windows, present and to come. Not safe for several threads. */
final class FixedWindows {

    private final int guard;
    private final List<Windows> lengths = new ArrayList<>(2);

    FixedWindows(int guardMillis) {
        this.guard = guardMillis;
    }

    /** The first moment from {@code from} on at which every limit has room. */
    long fit(long from, RateLimits limits) {
        long at = from;
        for (;;) {
            long next = at;
            for (RateLimit limit : limits.all()) {
                Windows windows = of(limit.windowMillis());
                long window = Math.floorDiv(at, limit.windowMillis());
                long reached = Math.floorDiv(at + guard, limit.windowMillis());
                if (windows.get(reached) >= limit.permits()) {
                    next = Math.max(next, (reached + 1) * limit.windowMillis());
                } else if (windows.get(window) >= limit.permits()) {
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
            Windows windows = of(limit.windowMillis());
            long window = Math.floorDiv(at, limit.windowMillis());
            long reached = Math.floorDiv(at + guard, limit.windowMillis());
            windows.add(window, n);
            if (reached != window) {
                windows.add(reached, n);
            }
        }
    }

    void add(long at, RateLimit limit, int n) {
        of(limit.windowMillis()).add(Math.floorDiv(at, limit.windowMillis()), n);
    }

    int used(long at, RateLimit limit) {
        return of(limit.windowMillis()).get(Math.floorDiv(at, limit.windowMillis()));
    }

    /** Calls with each window, present or to come, that holds anything. */
    void forEach(long now, WindowCount count) {
        for (Windows windows : lengths) {
            windows.prune(Math.floorDiv(now, windows.length));
            for (int i = 0; i < windows.size; i++) {
                if (windows.counts[i] > 0) {
                    count.of(windows.length, windows.index[i], windows.counts[i]);
                }
            }
        }
    }

    @FunctionalInterface
    interface WindowCount {
        void of(long length, long window, int permits);
    }

    void clear() {
        lengths.clear();
    }

    void prune(long now) {
        for (int i = 0; i < lengths.size(); i++) {
            Windows windows = lengths.get(i);
            windows.prune(Math.floorDiv(now, windows.length));
        }
    }

    private Windows of(long length) {
        for (int i = 0; i < lengths.size(); i++) {
            if (lengths.get(i).length == length) {
                return lengths.get(i);
            }
        }
        Windows windows = new Windows(length);
        lengths.add(windows);
        return windows;
    }

    /** Counts of the windows of one length, in order of time. */
    private static final class Windows {
        final long length;
        long[] index = new long[8];
        int[] counts = new int[8];
        int size;

        Windows(long length) {
            this.length = length;
        }

        int get(long window) {
            int i = Arrays.binarySearch(index, 0, size, window);
            return i < 0 ? 0 : counts[i];
        }

        void add(long window, int n) {
            int i = Arrays.binarySearch(index, 0, size, window);
            if (i < 0) {
                if (n < 0) {
                    return;
                }
                i = -i - 1;
                if (size == index.length) {
                    index = Arrays.copyOf(index, size * 2);
                    counts = Arrays.copyOf(counts, size * 2);
                }
                System.arraycopy(index, i, index, i + 1, size - i);
                System.arraycopy(counts, i, counts, i + 1, size - i);
                index[i] = window;
                counts[i] = 0;
                size++;
            }
            counts[i] = Math.max(0, counts[i] + n);
        }

        void prune(long present) {
            int gone = 0;
            while (gone < size && index[gone] < present) {
                gone++;
            }
            if (gone > 0) {
                System.arraycopy(index, gone, index, 0, size - gone);
                System.arraycopy(counts, gone, counts, 0, size - gone);
                size -= gone;
            }
        }
    }
}
