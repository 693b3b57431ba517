package io.kisgateway.kis;

import java.time.Duration;
import java.util.Optional;

/**
 * What operators see of the circuit breaker.
 *
 * @param name         {@code closed}, {@code open}, {@code half-open} or {@code forced-open}
 * @param failCounter  the present run of consecutive failures
 * @param failMax      the run that opens it
 * @param resetTimeout from opening to the trial call
 * @param trips        how often it has opened since the start
 * @param refusesFor   how long until the next call may pass; empty if it may now
 * @param shared       whether it is what an operator has said to all instances
 * @param lastReason   why it changed its state the last time, or empty
 */
public record BreakerState(String name, int failCounter, int failMax, Duration resetTimeout, long trips,
        Optional<Duration> refusesFor, boolean shared, String lastReason) {

    public boolean is(String state) {
        return name.equals(state);
    }
}
