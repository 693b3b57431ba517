package io.kisgateway.ops;

import java.util.List;

/**
 * What operators see of one endpoint's permits.
 *
 * @param limits            as written in settings
 * @param windows           the same, one by one
 * @param queueLength       who waits now
 * @param longestWaitMillis of those who wait now
 * @param grantsBySecond    of the last 60 seconds, the present one last
 * @param granted           since the start; so are the rest
 * @param refused           told to come back
 * @param coalesced         served by another's call
 * @param decisions         how often the limiter was asked
 * @param decisionNanos     the time of all these decisions together
 */
public record PermitView(String limits, List<Window> windows, int queueLength, long longestWaitMillis,
        List<Integer> grantsBySecond, long granted, long refused, long coalesced, long decisions, long decisionNanos) {

    /** So many permits in so many seconds. */
    public record Window(int permits, long seconds) { }

    int grantsLastMinute() {
        return grantsBySecond.stream().mapToInt(Integer::intValue).sum();
    }
}
