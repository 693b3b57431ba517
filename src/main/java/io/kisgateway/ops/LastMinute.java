package io.kisgateway.ops;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts events by key over the last 60 seconds. Holds a bounded number of keys; what is beyond counts as the rest. */
final class LastMinute {

    static final int SECONDS = 60;
    /** Stands for all keys that found no room. */
    static final String REST = "(others)";

    private final InstantSource clock;
    private final int mostKeys;
    private final Map<String, Ring> rings = new ConcurrentHashMap<>();
    private final AtomicLong swept = new AtomicLong();

    LastMinute(InstantSource clock, int mostKeys) {
        this.clock = clock;
        this.mostKeys = mostKeys;
    }

    void add(String key) {
        long second = second();
        Ring ring = rings.get(key);
        if (ring == null) {
            ring = rings.computeIfAbsent(hasRoom(second) ? key : REST, ignored -> new Ring());
        }
        ring.add(second);
    }

    private boolean hasRoom(long second) {
        if (rings.size() < mostKeys) {
            return true;
        }
        // Looking for idle keys once a second is enough.
        if (swept.getAndSet(second) != second) {
            rings.values().removeIf(ring -> ring.total(second) == 0);
        }
        return rings.size() < mostKeys;
    }

    int total(String key) {
        Ring ring = rings.get(key);
        return ring == null ? 0 : ring.total(second());
    }

    /** Every key with events, the busiest first. */
    Map<String, Integer> totals() {
        long second = second();
        List<Map.Entry<String, Integer>> busy = new ArrayList<>();
        rings.forEach((key, ring) -> {
            int total = ring.total(second);
            if (total > 0) {
                busy.add(Map.entry(key, total));
            }
        });
        busy.sort(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue()).thenComparing(Map.Entry::getKey));
        Map<String, Integer> totals = new LinkedHashMap<>();
        busy.forEach(entry -> totals.put(entry.getKey(), entry.getValue()));
        return totals;
    }

    /** Of each second, the present one last. */
    List<Integer> bySecond(String key) {
        Ring ring = rings.get(key);
        return ring == null ? java.util.Collections.nCopies(SECONDS, 0) : ring.bySecond(second());
    }

    private long second() {
        return clock.millis() / 1000;
    }

    /** For each second its number and its count, packed: high and low half. */
    private static final class Ring {

        private static final long HALF = 0xffffffffL;

        private final AtomicLongArray seconds = new AtomicLongArray(SECONDS);

        void add(long second) {
            seconds.accumulateAndGet((int) (second % SECONDS), second & HALF, (was, now) -> (was >>> 32 == now ? was : now << 32) + 1);
        }

        int total(long second) {
            int total = 0;
            for (int ago = 0; ago < SECONDS; ago++) {
                total += at(second - ago);
            }
            return total;
        }

        List<Integer> bySecond(long second) {
            List<Integer> counts = new ArrayList<>(SECONDS);
            for (int ago = SECONDS - 1; ago >= 0; ago--) {
                counts.add(at(second - ago));
            }
            return counts;
        }

        private int at(long second) {
            long packed = seconds.get((int) (second % SECONDS));
            return packed >>> 32 == (second & HALF) ? (int) (packed & HALF) : 0;
        }
    }
}
