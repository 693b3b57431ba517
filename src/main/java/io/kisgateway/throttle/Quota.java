package io.kisgateway.throttle;

/**
 * Where one limit stands, for the reply's headers.
 *
 * @param remaining   permits left in the present window, 0 or more
 * @param resetMillis until the window ends
 * @param resetEpochSecond when that is
 */
public record Quota(RateLimit limit, int remaining, long resetMillis, long resetEpochSecond) {
}
