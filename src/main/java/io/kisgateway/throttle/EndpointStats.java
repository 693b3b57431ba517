package io.kisgateway.throttle;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One endpoint's throttle on this instance.
 *
 * @param limits               those of the endpoint
 * @param queueLength          who waits for a permit now
 * @param longestWaitMillis    of those who wait now
 * @param grantsLastMinute     permits granted in the last 60 seconds
 * @param granted              since the start; so are the next three
 * @param refused              told to come back
 * @param coalesced            served by another's call
 * @param decisions            how often the limiter was asked
 * @param decisionNanos        the time of all decisions together
 * @param grantsBySecond       of the last 60 seconds of the limiter's clock, the present one last
 */
public record EndpointStats(RateLimits limits, int queueLength, long longestWaitMillis, int grantsLastMinute, long granted,
        long refused, long coalesced, long decisions, long decisionNanos,
        List<Integer> grantsBySecond) {

    /** So many permits in so many seconds. */
    public record Window(int permits, long seconds) {}

    /** Both together, under the limits of this one. */
    EndpointStats plus(EndpointStats other) {
        return new EndpointStats(limits, queueLength + other.queueLength, Math.max(longestWaitMillis, other.longestWaitMillis),
                grantsLastMinute + other.grantsLastMinute, granted + other.granted, refused + other.refused, coalesced + other.coalesced,
                decisions + other.decisions, decisionNanos + other.decisionNanos, IntStream.range(0, grantsBySecond.size())
                        .mapToObj(second -> grantsBySecond.get(second) + other.grantsBySecond.get(second)).toList());
    }

    /** The limits one by one. */
    public List<Window> windows() {
        return limits.all().stream().map(limit -> new Window(limit.permits(), limit.windowMillis() / 1000)).toList();
    }
}
