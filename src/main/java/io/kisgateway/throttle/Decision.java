package io.kisgateway.throttle;

import java.util.List;

/**
 * The limiter's one answer.
 *
 * @param verdict what to do
 * @param slot    the slot reserved, or null for {@link Verdict#NO}
 * @param millis  GO: 0; WAIT: until the slot is due; NO: until a slot is free that nobody has yet
 * @param quotas  one for each limit of the endpoint, shortest window first
 * @param source  who decided
 */
public record Decision(Verdict verdict, Slot slot, long millis, List<Quota> quotas, Source source) {

    /** Go now, go in so many milliseconds, or come back in so many. */
    public enum Verdict { GO, WAIT, NO }
}
