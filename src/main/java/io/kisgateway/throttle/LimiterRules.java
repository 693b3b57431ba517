package io.kisgateway.throttle;

import java.util.List;

/**
 * What all instances must agree on.
 *
 * @param accountRate  calls in any rolling {@code accountRate.windowMillis()}, over all endpoints
 * @param ledgerRate   the same for balance and orders
 * @param marginMillis how much longer than its nominal length the rolling window is kept: it takes up that calls need
 *                     different times on their way from the gateway to KIS; 0 to 500
 * @param guardMillis  a call let go within this time of its window's end is counted in the next one too, as it may
 *                     reach KIS in either; 0 to 200
 */
public record LimiterRules(RateLimit accountRate, RateLimit ledgerRate, int marginMillis, int guardMillis) {

    public static final int MARGIN_MILLIS = 30;
    public static final int GUARD_MILLIS = 20;

    public LimiterRules {
        if (marginMillis < 0 || marginMillis > 500 || guardMillis < 0 || guardMillis > 200) {
            throw new IllegalArgumentException("margin 0 to 500 ms, guard 0 to 200 ms");
        }
    }

    public LimiterRules(RateLimit accountRate, RateLimit ledgerRate) {
        this(accountRate, ledgerRate, MARGIN_MILLIS, GUARD_MILLIS);
    }

    /** What one of several instances may use by itself. */
    LimiterRules share(int instances) {
        return new LimiterRules(new RateLimits(List.of(accountRate)).share(instances).all().get(0),
                new RateLimits(List.of(ledgerRate)).share(instances).all().get(0), marginMillis, guardMillis);
    }

    /** Until when, on the limiter's clock, a call with the slot {@code at} may leave for KIS. */
    long validUntil(Ask ask, long at) {
        long until = windowsEnd(ask, at);
        if (ask.account()) {
            until = Math.min(until, at + tolerance(accountRate));
        }
        if (ask.ledger()) {
            until = Math.min(until, at + tolerance(ledgerRate));
        }
        return until;
    }

    /** Until when a call with the slot {@code at} belongs to the endpoint's windows that it was booked in. */
    long windowsEnd(Ask ask, long at) {
        long until = at + 3_600_000;
        for (RateLimit limit : ask.limits().all()) {
            until = Math.min(until, limit.windowStart(at + guardMillis) + limit.windowMillis() - guardMillis / 2);
        }
        return until;
    }

    /** Half the margin is for the way to the gateway's last step, half for the way from there to KIS. */
    private long tolerance(RateLimit rate) {
        return RollingWindow.coarse(rate) ? 250 : Math.max(1, marginMillis / 2);
    }
}
