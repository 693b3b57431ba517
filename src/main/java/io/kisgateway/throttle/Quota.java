package io.kisgateway.throttle;

/**
 * Where one limit stands, for the reply's headers.
 *
 * @param of          whose it is
 * @param remaining   permits left in the present window, 0 or more
 * @param resetMillis until the window ends
 * @param resetEpochSecond when that is
 */
public record Quota(Limited of, RateLimit limit, int remaining, long resetMillis, long resetEpochSecond) {

    static Quota of(Limited of, RateLimit limit, int used, long now) {
        long end = limit.windowStart(now) + limit.windowMillis();
        return new Quota(of, limit, Math.max(0, limit.permits() - used), end - now, end / 1000);
    }

    /** As it is called in the {@code RateLimit} fields. */
    String name() {
        return (of == Limited.CLIENT ? "client-" : "") + limit.name();
    }
}
