package io.kisgateway.order.journal;

import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One order in the journal, as of one moment. Each change makes a new one with the next version; a store takes it only
 * if what it replaces is still what it holds.
 *
 * @param id         orders by time of arrival
 * @param version    1 for the first
 * @param reason     why it is where it is, for people, or null
 * @param floor      the highest order number of the day that was known at KIS before this was sent: its own should be higher
 * @param deadline   no byte of it leaves later than this; null before it is sent
 * @param quietSince from when on nothing of it can be on its way to KIS; null until its outcome is unknown
 * @param placement  under which number KIS has it, or null
 * @param keyFree    whether another request may use its key: it never reached KIS's books, so that a repeat may be sent
 * @param reply      what a repeat gets, or null if there is none yet
 */
public record OrderEntry(String id, long version, Terms terms, Origin origin, OrderState state, String reason, String floor,
        Instant deadline, Instant quietSince, Placement placement, boolean keyFree, StoredReply reply, List<Step> history,
        Lookup lookup) {

    private static final Duration AFTER_ALL_OTHERS = Duration.ofDays(36_500);

    public record Step(OrderState state, Instant at, String note) {}

    /** How often KIS has been asked about it, and when it will be asked next. */
    public record Lookup(int count, Instant next) {
        /** When KIS is not asked again. */
        public static final Instant NEVER = Instant.parse("9000-01-01T00:00:00Z");
        public static final Lookup NONE = new Lookup(0, Instant.EPOCH);
    }

    public OrderEntry {
        Objects.requireNonNull(id);
        Objects.requireNonNull(terms);
        Objects.requireNonNull(origin);
        Objects.requireNonNull(state);
        Objects.requireNonNull(lookup);
        history = List.copyOf(history);
    }

    public static OrderEntry received(String id, Terms terms, Origin origin, Instant at) {
        return new OrderEntry(id, 1, terms, origin, OrderState.RECEIVED, null, null, null, null, null, false, null,
                List.of(new Step(OrderState.RECEIVED, at, null)), Lookup.NONE);
    }

    public OrderEntry sending(Terms complete, String highestKnown, Instant now, Instant until) {
        return new OrderEntry(id, version + 1, complete, origin, enter(OrderState.SENDING), null, highestKnown, until, null, null,
                false, null, plus(OrderState.SENDING, now, null), lookup);
    }

    /** @throws IllegalStateException if KIS has confirmed another end of it, or this is a lookup's word against an end */
    public OrderEntry placed(Placement where, StoredReply answer, Instant now) {
        requireGuess(where.confirmed());
        String note = where.confirmed() ? null : "found at KIS";
        return new OrderEntry(id, version + 1, terms, origin, enter(OrderState.PLACED), null, floor, deadline, quietSince, where,
                false, answer, plus(OrderState.PLACED, now, note), lookup);
    }

    /** KIS took it, under no number that its list of the day has. @param note what KIS calls it, or null */
    public OrderEntry taken(String note, StoredReply answer, Instant now) {
        requireGuess(true);
        return new OrderEntry(id, version + 1, terms, origin, enter(OrderState.PLACED), null, floor, deadline, quietSince, null,
                false, answer, plus(OrderState.PLACED, now, note), lookup);
    }

    public OrderEntry rejected(String why, StoredReply answer, Instant now) {
        requireGuess(true);
        return new OrderEntry(id, version + 1, terms, origin, enter(OrderState.REJECTED), why, floor, deadline, quietSince, null,
                false, answer, plus(OrderState.REJECTED, now, null), lookup);
    }

    /** Certainly nothing was sent, or KIS refused it at its door: a repeat shall be a new order. */
    public OrderEntry notPlaced(String why, Instant now) {
        requireGuess(true);
        return new OrderEntry(id, version + 1, terms, origin, enter(OrderState.NOT_PLACED), why, floor, deadline, quietSince,
                null, true, null, plus(OrderState.NOT_PLACED, now, null), lookup);
    }

    /**
     * It was sent, and KIS does not list it.
     *
     * @param answer   what a repeat gets
     * @param lastLook when it is looked for once more
     */
    public OrderEntry notListed(String why, StoredReply answer, Instant now, Instant lastLook) {
        requireGuess(false);
        return new OrderEntry(id, version + 1, terms, origin, enter(OrderState.NOT_PLACED), why, floor, deadline, quietSince,
                null, false, answer, plus(OrderState.NOT_PLACED, now, null), new Lookup(lookup.count(), lastLook));
    }

    /** @throws IllegalStateException if it is not being sent: who knows nothing undoes nothing that others have found out */
    public OrderEntry unknown(String why, Instant quiet, Instant now) {
        if (state != OrderState.SENDING) {
            throw new IllegalStateException("order " + id + " is " + state.wire() + " already");
        }
        return inDoubt(why, quiet, now);
    }

    /** KIS confirmed the number that a lookup had found for it for another order. */
    public OrderEntry numberLost(String why, Instant now) {
        return inDoubt(why, quietSince, now);
    }

    private OrderEntry inDoubt(String why, Instant quiet, Instant now) {
        return new OrderEntry(id, version + 1, terms, origin, enter(OrderState.UNKNOWN), why, floor, deadline, quiet, null,
                false, null, plus(OrderState.UNKNOWN, now, why), new Lookup(0, now));
    }

    public OrderEntry unresolved(String why, Instant now, Instant next) {
        List<Step> steps = state == OrderState.UNRESOLVED ? history : plus(OrderState.UNRESOLVED, now, why);
        return new OrderEntry(id, version + 1, terms, origin, enter(OrderState.UNRESOLVED), why, floor, deadline,
                quietSince == null ? now : quietSince, null, false, null, steps, new Lookup(lookup.count() + 1, next));
    }

    public OrderEntry lookedUp(Instant next) {
        return new OrderEntry(id, version + 1, terms, origin, state, reason, floor, deadline, quietSince, placement, keyFree,
                reply, history, new Lookup(lookup.count() + 1, next));
    }

    /** What KIS has said itself stays; what a lookup found gives way to that, but not to another lookup. */
    private void requireGuess(boolean byKis) {
        boolean confirmed = state == OrderState.PLACED && (placement == null || placement.confirmed());
        if (confirmed || state.settled() && !byKis) {
            throw new IllegalStateException("order " + id + " is " + state.wire() + " already");
        }
    }

    private OrderState enter(OrderState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("order " + id + " cannot go from " + state.wire() + " to " + next.wire());
        }
        return next;
    }

    private List<Step> plus(OrderState next, Instant at, String note) {
        List<Step> steps = new ArrayList<>(history);
        steps.add(new Step(next, at, note));
        return steps;
    }

    public Instant createdAt() {
        return history.get(0).at();
    }

    /** When it was written down to be sent; its arrival before that. */
    public Instant sentAt() {
        return history.stream().filter(step -> step.state() == OrderState.SENDING).map(Step::at).findFirst().orElse(createdAt());
    }

    public Instant changedAt() {
        return history.get(history.size() - 1).at();
    }

    /** Whether it was taken over from a sender that has said nothing: that one may be gone, or know more. */
    public boolean isUnspokenOf() {
        return quietSince != null && quietSince.equals(deadline);
    }

    public LocalDate day() {
        return KoreanTime.date(sentAt());
    }

    /**
     * When it needs attention next: at once while it is under way, so that its owner's end is noticed; after all others while
     * nothing of it is sent; once more when it was called not placed because KIS does not list it. Null if never again.
     */
    public Instant due() {
        if (state == OrderState.RECEIVED) {
            return afterAllOthers(createdAt());
        }
        if (state.settled()) {
            return state == OrderState.NOT_PLACED && !keyFree && lookup.next().isBefore(Lookup.NEVER) ? lookup.next() : null;
        }
        return state.inDoubt() ? lookup.next() : Instant.EPOCH;
    }

    static Instant afterAllOthers(Instant created) {
        return created.plus(AFTER_ALL_OTHERS);
    }
}
