package io.kisgateway.ops;

import java.time.Duration;
import java.util.Optional;

/** What operators see of the circuit breaker. */
public interface BreakerView {

    /** {@code closed}, {@code open}, {@code half-open} or {@code forced-open}. */
    String state();

    /** The present run of consecutive failures. */
    int failCounter();

    int failMax();

    long resetTimeoutSeconds();

    /** How often it has opened since the start. */
    long trips();

    /** How long until the next call may pass; empty if it may now. */
    Optional<Duration> refusesFor();

    /** Why it changed its state the last time, or empty. */
    String lastReason();
}
