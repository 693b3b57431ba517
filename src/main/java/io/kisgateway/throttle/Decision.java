package io.kisgateway.throttle;

import java.util.List;

/**
 * The limiter's one answer.
 *
 * @param verdict what to do
 * @param slot    the slot reserved, or null for {@link Verdict#NO}
 * @param limited which limit refused, or null if none did
 * @param millis  GO: 0; WAIT: until the slot is due; NO: until a slot is free that nobody has yet
 * @param quotas  one for each limit of the endpoint and then of the client, shortest window first
 * @param source  who decided
 */
public record Decision(Verdict verdict, Slot slot, Limited limited, long millis, List<Quota> quotas, Slot.Source source) {

    /** Go now, go in so many milliseconds, or come back in so many. */
    public enum Verdict { GO, WAIT, NO }

    static Decision of(Slot slot, long now, List<Quota> quotas) {
        long millis = Math.max(0, slot.at() - now);
        return new Decision(millis == 0 ? Verdict.GO : Verdict.WAIT, slot, null, millis, quotas, slot.source());
    }

    static Decision no(Limited limited, long millis, List<Quota> quotas, Slot.Source source) {
        return new Decision(Verdict.NO, null, limited, millis, quotas, source);
    }
}
