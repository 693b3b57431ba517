package io.kisgateway.throttle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this instance knows of the reservations in Redis: what it was told there last, and the slots it was granted of
 * late. Not safe for several threads, but for {@link #pace()} and {@link #era()}.
 */
final class RedisSnapshot {

    /** How many numbers every reply begins with. */
    static final int HEADER = 4;
    private static final int ERAS = 1000;

    final RedisClock clock;
    private final LimiterRules rules;
    private long memory;
    private long atNanos;
    private volatile int pace = RollingWindow.FULL;
    private volatile long era;
    /** Of each endpoint and client what is known of its windows. */
    private final Map<String, Known> known = new HashMap<>();

    RedisSnapshot(RedisClock clock, LimiterRules rules) {
        this.clock = clock;
        this.rules = rules;
    }

    /** What was used in all of the windows that held a moment, and what this instance itself was granted. */
    static final class Known {
        final FixedWindows mine;
        /** What this instance has granted without Redis, and what of it Redis has not been told. */
        final FixedWindows alone;
        final FixedWindows untold;
        RateLimits limits = RateLimits.NONE;
        long at;
        /** Before that all is promised. */
        long free;
        int[] used = {};

        private Known(LimiterRules rules) {
            mine = new FixedWindows(rules.guardMillis());
            alone = new FixedWindows(rules.guardMillis());
            untold = new FixedWindows(rules.guardMillis());
        }

        void prune(long now) {
            mine.prune(now);
            alone.prune(now);
            untold.prune(now);
        }

        /** Of the limit's window that is present at that moment; 0 if nothing was heard in it. */
        int used(RateLimit limit, long now) {
            int i = limits.all().indexOf(limit);
            return i >= 0 && limit.windowStart(now) == limit.windowStart(at) ? used[i] : 0;
        }
    }

    /** Takes in what every reply begins with. */
    void header(List<Long> reply, long sentNanos, long nowNanos) {
        memory = reply.get(1);
        atNanos = nowNanos;
        pace = reply.get(2).intValue();
        era = memory * ERAS + reply.get(3) % ERAS;
        clock.heard(reply.get(0), sentNanos, nowNanos);
    }

    /** Takes in how much of each limit of an endpoint or client is used. */
    void used(Ask.Group group, long redisNow, long free, int[] used) {
        Known windows = known(group.name());
        windows.limits = group.limits();
        windows.at = redisNow;
        windows.free = free;
        windows.used = used;
    }

    void granted(Slot slot, long now) {
        for (Ask.Group group : slot.ask().groups()) {
            Known known = known(group.name());
            known.prune(now);
            known.mine.add(slot.at(), group.limits(), 1);
        }
    }

    /** It will not be used. */
    void givenBack(Slot slot) {
        if (slot.source() == Slot.Source.REDIS) {
            for (Ask.Group group : slot.ask().groups()) {
                known(group.name()).mine.add(slot.at(), group.limits(), -1);
            }
        }
    }

    Known known(String group) {
        return known.computeIfAbsent(group, g -> new Known(rules));
    }

    Map<String, Known> known() {
        return known;
    }

    /** When the memory that Redis has was born, another after it was lost; 0 when it was never heard. */
    long memory() {
        return memory;
    }

    /**
     * Whether Redis knows of this slot.
     *
     * @param lost whether it has forgotten since it was heard
     */
    boolean knows(Slot slot, boolean lost) {
        return slot.source() == Slot.Source.LOCAL || !lost && slot.paceEra() / ERAS == memory;
    }

    /** Redis knows all that was granted without it. */
    void told() {
        known.values().forEach(group -> group.untold.clear());
    }

    /** When Redis was heard last. */
    long atNanos() {
        return atNanos;
    }

    int pace() {
        return pace;
    }

    /** Another one after each slow-down, and with each memory of Redis. */
    long era() {
        return era;
    }
}
