package io.kisgateway.ops;

import io.kisgateway.runtime.MinuteRing;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts events by key over the last 60 seconds. Holds a bounded number of keys; what is beyond counts as the rest. */
final class LastMinute {

    /** Stands for all keys that found no room. */
    static final String REST = "(others)";

    private final InstantSource clock;
    private final int mostKeys;
    private final Map<String, MinuteRing> rings = new ConcurrentHashMap<>();
    private final AtomicLong swept = new AtomicLong();

    LastMinute(InstantSource clock, int mostKeys) {
        this.clock = clock;
        this.mostKeys = mostKeys;
    }

    void add(String key) {
        long second = second();
        MinuteRing ring = rings.get(key);
        if (ring == null) {
            ring = rings.computeIfAbsent(hasRoom(second) ? key : REST, ignored -> new MinuteRing());
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

    int total() {
        return totals().values().stream().mapToInt(Integer::intValue).sum();
    }

    int total(String key) {
        MinuteRing ring = rings.get(key);
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
        MinuteRing ring = rings.get(key);
        return ring == null ? Collections.nCopies(MinuteRing.SECONDS, 0) : ring.bySecond(second());
    }

    private long second() {
        return clock.millis() / 1000;
    }
}
