package io.kisgateway.throttle;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this instance knows of the books in Redis: what it was told there last, and the slots it was granted of late. Not
 * safe for several threads, but for {@link #pace()}, {@link #ledgerPace()} and {@link #paceEra()}.
 */
final class RedisSnapshot {

    /** How many numbers every reply begins with. */
    static final int HEADER = 7;
    /** Longer than the account's window with its margin. */
    private static final long REMEMBER_MILLIS = 1600;
    private static final int MOST_REMEMBERED = 1000;

    final RedisClock clock;
    private long born;
    private long atNanos;
    private int place;
    private long spokenForUntil;
    private volatile int pace = RollingWindow.FULL;
    private volatile int ledgerPace = RollingWindow.FULL;
    private volatile long paceEra;
    private final Map<String, Full> full = new HashMap<>();
    private final Map<String, Used> used = new HashMap<>();
    private final Deque<Slot> remembered = new ArrayDeque<>();

    RedisSnapshot(RedisClock clock) {
        this.clock = clock;
    }

    /** An endpoint's windows are known to be full until then. */
    record Full(long until, long windowMillis) {

        /** So many milliseconds later others may have booked as much more, where the queue ends. */
        long after(long moved) {
            return until + Math.max(1, (moved + windowMillis - 1) / windowMillis) * windowMillis;
        }
    }

    /** So much of each limit was booked in the window of that moment. */
    record Used(RateLimits limits, long at, int[] permits) { }

    /** Takes in what every reply begins with. */
    void header(List<Long> reply, long sentNanos, long nowNanos) {
        long redisNow = reply.get(0);
        born = reply.get(1);
        atNanos = nowNanos;
        pace = reply.get(2).intValue();
        ledgerPace = reply.get(3).intValue();
        paceEra = reply.get(4);
        spokenForUntil = reply.get(5);
        place = reply.get(6).intValue();
        clock.heard(redisNow, sentNanos, nowNanos);
    }

    /** Takes in what was said of an endpoint: until when it is full, and how much of each limit is used now. */
    void endpoint(Ask ask, long redisNow, long fullUntil, int[] permits) {
        if (fullUntil > redisNow) {
            full.put(ask.endpoint(), new Full(fullUntil, ask.limits().all().get(0).windowMillis()));
        } else {
            full.remove(ask.endpoint());
        }
        used.put(ask.endpoint(), new Used(ask.limits(), redisNow, permits));
    }

    /** @param slot may be null: then only what is too old is dropped */
    void remember(Slot slot, long now) {
        while (!remembered.isEmpty() && (remembered.peek().at() < now - REMEMBER_MILLIS || remembered.size() >= MOST_REMEMBERED)) {
            remembered.poll();
        }
        if (slot != null) {
            remembered.add(slot);
        }
    }

    void forget(Slot slot, long now) {
        if (slot.at() > now) {
            remembered.removeIf(other -> other == slot);
        }
    }

    Iterable<Slot> remembered() {
        return Collections.unmodifiableCollection(remembered);
    }

    Map<String, Full> full() {
        return full;
    }

    Map<String, Used> used() {
        return used;
    }

    /** Which books Redis keeps, others after a loss of its memory; 0 when it was never heard. */
    long born() {
        return born;
    }

    /** When Redis was heard last. */
    long atNanos() {
        return atNanos;
    }

    /** This instance's number among its like. */
    int place() {
        return place;
    }

    /** Until when the account's budget is booked without a gap; 0 while there is room. */
    long spokenForUntil() {
        return spokenForUntil;
    }

    int pace() {
        return pace;
    }

    int ledgerPace() {
        return ledgerPace;
    }

    long paceEra() {
        return paceEra;
    }
}
