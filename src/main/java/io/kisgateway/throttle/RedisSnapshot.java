package io.kisgateway.throttle;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this instance knows of the reservations in Redis: what it was told there last, and the slots it was granted of
 * late. Not safe for several threads, but for {@link #pace()}, {@link #ledgerPace()} and {@link #era()}.
 */
final class RedisSnapshot {

    /** How many numbers every reply begins with. */
    static final int HEADER = 5;
    private static final int MOST_REMEMBERED = 1000;
    private static final int ERAS = 1000;

    final RedisClock clock;
    private final LimiterRules rules;
    private final long rememberMillis;
    private long memory;
    private long atNanos;
    private volatile int pace = RollingWindow.FULL;
    private volatile int ledgerPace = RollingWindow.FULL;
    private volatile long era;
    /** Of each endpoint and client what is known of its windows. */
    private final Map<String, Known> known = new HashMap<>();
    private final Deque<Slot> remembered = new ArrayDeque<>();

    RedisSnapshot(RedisClock clock, LimiterRules rules) {
        this.clock = clock;
        this.rules = rules;
        this.rememberMillis = Math.max(rules.accountRate().windowMillis(), rules.ledgerRate().windowMillis()) + rules.marginMillis() + 500;
    }

    /** What was used in all of the windows that held a moment, and what this instance itself was granted. */
    static final class Known {
        final FixedWindows mine;
        /** What this instance has granted without Redis. */
        final FixedWindows alone;
        RateLimits limits = RateLimits.NONE;
        long at;
        /** Before that all is promised. */
        long free;
        int[] used = {};

        private Known(LimiterRules rules) {
            mine = new FixedWindows(rules.guardMillis());
            alone = new FixedWindows(rules.guardMillis());
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
        ledgerPace = reply.get(3).intValue();
        era = memory * ERAS + reply.get(4) % ERAS;
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
        remember(slot, now);
        for (Ask.Group group : slot.ask().groups()) {
            FixedWindows mine = known(group.name()).mine;
            mine.prune(now);
            mine.add(slot.at(), group.limits(), 1);
        }
    }

    /** Keeps it among those that count in the account's window. */
    void remember(Slot slot, long now) {
        slot.ask().groups().forEach(group -> known(group.name()).alone.prune(now));
        while (!remembered.isEmpty() && (remembered.peek().at() < now - rememberMillis || remembered.size() >= MOST_REMEMBERED)) {
            remembered.poll();
        }
        remembered.add(slot);
    }

    /** It will not be used. */
    @SuppressWarnings("ReferenceEquality")
    void givenBack(Slot slot) {
        if (remembered.removeIf(other -> other == slot) && slot.source() == Source.REDIS) {
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

    Collection<Slot> remembered() {
        return remembered;
    }

    /** When the memory that Redis has was born, another after it was lost; 0 when it was never heard. */
    long memory() {
        return memory;
    }

    /** Whether Redis still knows of this slot. */
    boolean knows(Slot slot) {
        return slot.source() == Source.LOCAL || slot.paceEra() / ERAS == memory;
    }

    /** When Redis was heard last. */
    long atNanos() {
        return atNanos;
    }

    int pace() {
        return pace;
    }

    int ledgerPace() {
        return ledgerPace;
    }

    /** Another one after each slow-down, and with each memory of Redis. */
    long era() {
        return era;
    }
}
