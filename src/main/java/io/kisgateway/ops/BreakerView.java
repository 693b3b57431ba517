package io.kisgateway.ops;

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
}
