package io.kisgateway.throttle;

/**
 * One endpoint's throttle on this instance.
 *
 * @param limits               as written in settings
 * @param queueLength          who waits for a permit now
 * @param longestWaitMillis    of those who wait now
 * @param grantsLastMinute     permits granted in the last 60 seconds
 * @param granted              since the start; so are the next three
 * @param refused              told to come back
 * @param coalesced            served by another's call
 * @param decisionMicros       mean time of a decision
 */
public record EndpointStats(String limits, int queueLength, long longestWaitMillis, int grantsLastMinute, long granted,
                            long refused, long coalesced, long decisionMicros) {
}
