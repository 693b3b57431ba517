package io.kisgateway.order;

import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When what is known of an order in doubt is enough, and when KIS is asked again. Moments that instances share go by the
 * journal's clock; what this process has seen itself, by its monotonic clock too, which nobody sets.
 */
final class LookupPace {

    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** What is absent once may be on its way into the list. */
    private static final Duration BETWEEN_ABSENCES = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT_OBSTRUCTED = Duration.ofSeconds(15);
    /** Less where somebody wants to know of unresolved orders soon. */
    private static final Duration SHORTEST_WAIT_UNRESOLVED = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT_UNRESOLVED = Duration.ofMinutes(30);
    private static final Duration LISTED_FOR = Duration.ofDays(1);
    private static final int MOST_DOUBLINGS = 10;
    /** A long list must not be all that the account's calls are spent on. */
    private static final int SHARE_OF_TIME = 10;

    /** When this process saw it first, by both clocks, and how long it was then until absence could mean something. */
    private record Sight(long nanoTime, Instant at, Duration left) {}

    /** When KIS's list, from which end, did not have it first. */
    private record Absence(long nanoTime, boolean oldestFirst) {}

    private final Duration grace;
    private final Duration unresolved;
    private final String instance;
    private final LongSupplier nanoTime;
    private final Map<String, Sight> sights = new ConcurrentHashMap<>();
    private final Map<String, Absence> absent = new ConcurrentHashMap<>();

    /**
     * @param grace      how long after an order can have reached KIS it may still be taken and listed
     * @param unresolved how long after that KIS may leave the question open before the order counts as unresolved
     * @param instance   the name of this process in the journal
     */
    LookupPace(Duration grace, Duration unresolved, String instance, LongSupplier nanoTime) {
        this.grace = grace;
        this.unresolved = unresolved;
        this.instance = instance;
        this.nanoTime = nanoTime;
    }

    /** These are all that are in doubt. */
    void sees(Collection<OrderEntry> inDoubt, Instant now) {
        long nanos = nanoTime.getAsLong();
        Map<String, OrderEntry> byId = new ConcurrentHashMap<>();
        inDoubt.forEach(entry -> byId.put(entry.id(), entry));
        sights.keySet().retainAll(byId.keySet());
        absent.keySet().retainAll(byId.keySet());
        byId.forEach((id, entry) -> sights.computeIfAbsent(id, one -> new Sight(nanos, now, left(entry, now))));
    }

    /** An order of this process has just been sent, though by a clock that was set it may seem to be old. */
    private Duration left(OrderEntry entry, Instant now) {
        Duration left = Duration.between(now, certainFrom(entry));
        return entry.origin().instance().equals(instance) && left.compareTo(grace) < 0 ? grace : left;
    }

    /** Further ahead than ever is waited it was put off by a clock that has been set since. */
    boolean isDue(OrderEntry entry, Instant now) {
        return !entry.due().isAfter(now) || entry.due().isAfter(now.plus(LONGEST_WAIT_UNRESOLVED.multipliedBy(2)))
                && entry.due().isBefore(OrderEntry.Lookup.NEVER);
    }

    /** Whether the clock by which it was sent has been set since, so that its day may not be KIS's. */
    boolean isOfAnotherClock(OrderEntry entry, Instant asked, long askedNanos) {
        Sight sight = sights.get(entry.id());
        Duration set = sight == null ? Duration.ZERO
                : Duration.between(sight.at(), asked).minusNanos(askedNanos - sight.nanoTime());
        return entry.sentAt().isAfter(asked.plus(KisClock.FURTHEST))
                || set.abs().compareTo(KisClock.FURTHEST) > 0 && !entry.day().equals(KoreanTime.date(entry.sentAt().plus(set)));
    }

    private Instant certainFrom(OrderEntry entry) {
        return entry.quietSince().plus(grace);
    }

    /** Whether KIS, asked at these moments, must have listed the order if it took it. */
    boolean isCertain(OrderEntry entry, Instant asked, long askedNanos) {
        Sight sight = sights.get(entry.id());
        return sight != null && !asked.isBefore(certainFrom(entry)) && askedNanos - sight.nanoTime() >= sight.left().toNanos();
    }

    /**
     * Whether its sender, who may live on without the journal, may know what became of it and write that down yet: it tries for a while, and
     * longer than an order is on its way into the list.
     */
    boolean mayBeKnownToItsSender(OrderEntry entry, Instant now) {
        return entry.isUnspokenOf() && now.isBefore(certainFrom(entry).plus(grace));
    }

    /** KIS did not list it. Whether it did not some seconds ago either, asked from the other end. */
    boolean isAbsentAgain(OrderEntry entry, long askedNanos, boolean oldestFirst) {
        Absence first = absent.putIfAbsent(entry.id(), new Absence(askedNanos, oldestFirst));
        return first != null && first.oldestFirst() != oldestFirst && askedNanos - first.nanoTime() >= BETWEEN_ABSENCES.toNanos();
    }

    /** From which end of its list KIS is to be asked now. */
    boolean isOldestFirst(Collection<OrderEntry> inDoubt) {
        return inDoubt.stream().map(entry -> absent.get(entry.id())).filter(Objects::nonNull).findFirst()
                .map(absence -> !absence.oldestFirst()).orElse(false);
    }

    /** Something stands in the way of saying that KIS does not list it. */
    void isNotAbsent(OrderEntry entry) {
        absent.remove(entry.id());
    }

    boolean isLate(OrderEntry entry, Instant now) {
        return now.isAfter(certainFrom(entry).plus(unresolved));
    }

    /** @param reading how long it took to read KIS's list */
    Instant next(OrderEntry entry, boolean obstructed, boolean unresolvedNow, Instant now, Duration reading) {
        Instant certain = certainFrom(entry);
        Duration beyond = Duration.between(certain, now);
        Duration wait;
        if (unresolvedNow || entry.state() == OrderState.UNRESOLVED) {
            if (now.isAfter(entry.sentAt().plus(LISTED_FOR))) {
                return OrderEntry.Lookup.NEVER;
            }
            Duration least = between(BETWEEN_ABSENCES, unresolved.dividedBy(5), SHORTEST_WAIT_UNRESOLVED);
            wait = between(least, beyond.dividedBy(SHARE_OF_TIME), LONGEST_WAIT_UNRESOLVED);
        } else if (beyond.isNegative()) {
            Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(entry.lookup().count(), MOST_DOUBLINGS));
            Duration usual = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
            wait = usual.compareTo(beyond.negated()) < 0 ? usual : beyond.negated();
        } else {
            wait = obstructed ? between(BETWEEN_ABSENCES, beyond.dividedBy(2), LONGEST_WAIT_OBSTRUCTED) : BETWEEN_ABSENCES;
        }
        Duration fair = beyond.isNegative() || !obstructed ? reading : reading.multipliedBy(SHARE_OF_TIME);
        return now.plus(wait.compareTo(fair) > 0 ? wait : fair);
    }

    private static Duration between(Duration least, Duration wanted, Duration most) {
        return wanted.compareTo(least) < 0 ? least : wanted.compareTo(most) > 0 ? most : wanted;
    }
}
