package io.kisgateway.throttle;

/**
 * What all instances must agree on.
 *
 * @param accountRate  calls in any rolling {@code accountRate.windowMillis()}, 1 s to a minute, over all endpoints
 * @param marginMillis how much longer than its nominal length the rolling window is kept: it takes up that calls need
 *                     different times on their way from the gateway to KIS; 0 to 500
 * @param guardMillis  a call let go within this time of its window's end is counted in the next one too, as it may
 *                     reach KIS in either; 0 to 200
 */
public record LimiterRules(RateLimit accountRate, int marginMillis, int guardMillis) {

    public static final int MARGIN_MILLIS = 30;
    public static final int GUARD_MILLIS = 20;
    /** Ten times what KIS grants; above, calls are not counted at all. */
    private static final int MOST_A_SECOND = 200;
    static final long LONGEST_MILLIS = 60_000;

    public LimiterRules(RateLimit accountRate) {
        this(accountRate, MARGIN_MILLIS, GUARD_MILLIS);
    }

    boolean countsAccount() {
        return accountRate.permits() <= MOST_A_SECOND * accountRate.windowMillis() / 1000;
    }

    /** From one call of the account's to the next, if they come evenly. */
    long momentMillis() {
        return accountRate.windowMillis() / accountRate.permits();
    }

    /** What one of several instances may use by itself. */
    LimiterRules share(int instances) {
        return new LimiterRules(accountRate.share(instances), marginMillis, guardMillis);
    }

    /** Until when, on the limiter's clock, a call with the slot {@code at} may leave for KIS. */
    long validUntil(Ask ask, long at) {
        long until = windowsEnd(ask, at);
        return countsAccount() ? Math.min(until, at + lateMillis()) : until;
    }

    /** Half the margin is for the way to the gateway's last step, half for the way from there to KIS. */
    int lateMillis() {
        return Math.max(1, marginMillis / 2);
    }

    /** Until when a call with the slot {@code at} belongs to the windows that it was booked in. */
    long windowsEnd(Ask ask, long at) {
        long until = windowsEnd(ask.limits(), at, at + 3_600_000);
        return ask.client() == null ? until : windowsEnd(ask.client().limits(), at, until);
    }

    private long windowsEnd(RateLimits limits, long at, long latest) {
        long until = latest;
        for (RateLimit limit : limits.all()) {
            until = Math.min(until, limit.windowStart(at + guardMillis) + limit.windowMillis() - guardMillis / 2);
        }
        return until;
    }
}
