package io.kisgateway.kis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import io.kisgateway.kis.KisOutcome.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of all calls to KIS. It opens after so many consecutive failures, holds calls back for a while,
 * then lets one through on trial. Only {@link Unavailable} is a failure; success ends the run of failures; everything
 * else neither counts nor ends the run, and leaves a trial open for the next call.
 */
@ManagedResource(description = "Circuit breaker of all calls to KIS")
public final class KisBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(KisBreaker.class);
    private static final String NAME = "kis";
    private static final int EVERY = 100;

    private final CircuitBreakerRegistry registry;
    private final CircuitBreaker breaker;
    private final Clock clock;
    private final int failMax;
    private final Duration resetTimeout;
    private final AtomicInteger run = new AtomicInteger();
    private final AtomicLong trips = new AtomicLong();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile Instant openedAt = Instant.MIN;
    private volatile String lastFailure = "";
    private volatile String lastReason = "";
    private volatile boolean trialFailed;

    /**
     * @param failMax      consecutive failures, at least 1
     * @param resetTimeout from opening to the trial, at least 1 s
     */
    public KisBreaker(int failMax, Duration resetTimeout, Clock clock) {
        this.failMax = failMax;
        this.resetTimeout = resetTimeout;
        this.clock = clock;
        this.registry = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(failMax)
                .minimumNumberOfCalls(failMax)
                .failureRateThreshold(EVERY)
                .slowCallRateThreshold(EVERY)
                .slowCallDurationThreshold(Duration.ofDays(1))
                .waitDurationInOpenState(resetTimeout)
                .permittedNumberOfCallsInHalfOpenState(1)
                .maxWaitDurationInHalfOpenState(resetTimeout)
                .recordException(KisBreaker::counts)
                .ignoreException(thrown -> !counts(thrown))
                .writableStackTraceEnabled(false)
                .clock(clock)
                .build());
        this.breaker = registry.circuitBreaker(NAME);
        breaker.getEventPublisher()
                .onSuccess(event -> run.set(0))
                .onError(this::onError)
                .onStateTransition(event -> onTransition(event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
    }

    /** Whether what leaves a call is a failure of KIS; it arrives wrapped. */
    private static boolean counts(Throwable thrown) {
        KisFailure failure = KisFailure.in(thrown);
        return failure != null && failure.outcome() instanceof Unavailable;
    }

    private void onError(CircuitBreakerOnErrorEvent event) {
        run.incrementAndGet();
        trialFailed = true;
        KisFailure failure = KisFailure.in(event.getThrowable());
        lastFailure = failure == null ? "" : failure.outcome().detail();
    }

    private void onTransition(State from, State to) {
        String reason;
        switch (to) {
            case OPEN -> {
                openedAt = clock.instant();
                trips.incrementAndGet();
                if (from != State.HALF_OPEN) {
                    reason = failMax + " consecutive failures, the last: " + lastFailure;
                } else {
                    reason = trialFailed ? "the trial call failed: " + lastFailure : "no trial call came to an end";
                }
            }
            case HALF_OPEN -> {
                trialFailed = false;
                reason = "held back for " + resetTimeout.toSeconds() + " s; one call on trial";
            }
            case FORCED_OPEN -> reason = "forced by an operator";
            case CLOSED -> {
                run.set(0);
                reason = from == State.HALF_OPEN ? "the trial call succeeded" : "reset by an operator";
            }
            default -> reason = "";
        }
        lastReason = reason;
        String state = name(to);
        if (to == State.CLOSED) {
            LOG.info("Circuit breaker is {}: {}", state, reason);
        } else {
            LOG.warn("Circuit breaker is {}: {}", state, reason);
        }
        listeners.forEach(listener -> listener.accept(state));
    }

    /** What the {@code circuitBreaker} of the route to KIS refers to. */
    public CircuitBreaker circuitBreaker() {
        return breaker;
    }

    /** Where metrics find it. */
    public CircuitBreakerRegistry registry() {
        return registry;
    }

    /**
     * {@code closed}, {@code open}, {@code half-open} or {@code forced-open}. Half-open from the moment at which the next
     * call is the trial, though Resilience4j moves on only with that call.
     */
    @ManagedAttribute(description = "closed, open, half-open or forced-open")
    public String getState() {
        State state = breaker.getState();
        return name(state == State.OPEN && refusesFor().isEmpty() ? State.HALF_OPEN : state);
    }

    private static String name(State state) {
        return switch (state) {
            case OPEN -> "open";
            case HALF_OPEN -> "half-open";
            case FORCED_OPEN -> "forced-open";
            default -> "closed";
        };
    }

    /** The present run of consecutive failures. */
    @ManagedAttribute(description = "The present run of consecutive failures")
    public int getFailCounter() {
        return run.get();
    }

    /** The run that opens it. */
    @ManagedAttribute(description = "The run of consecutive failures that opens it")
    public int getFailMax() {
        return failMax;
    }

    /** Seconds from opening to the trial. */
    @ManagedAttribute(description = "Seconds from opening to the trial call")
    public long getResetTimeout() {
        return resetTimeout.toSeconds();
    }

    /** How often it has opened, failed trials included. */
    @ManagedAttribute(description = "How often it has opened")
    public long getTrips() {
        return trips.get();
    }

    /** Why it changed its state the last time; empty if it never has. */
    @ManagedAttribute(description = "Why it changed its state the last time")
    public String getLastReason() {
        return lastReason;
    }

    /**
     * How long calls are certainly refused from now on; empty if the next call may pass. For a breaker forced open,
     * whose end nobody knows, the usual time.
     */
    public Optional<Duration> refusesFor() {
        return switch (breaker.getState()) {
            case FORCED_OPEN -> Optional.of(resetTimeout);
            case OPEN -> {
                Duration left = Duration.between(clock.instant(), openedAt.plus(resetTimeout));
                yield left.isNegative() ? Optional.empty() : Optional.of(left.plusMillis(1));
            }
            default -> Optional.empty();
        };
    }

    /** All of it, as of now. */
    public BreakerState state() {
        return new BreakerState(getState(), getFailCounter(), failMax, resetTimeout, getTrips(), refusesFor(), lastReason);
    }

    /** Closes it and forgets the failures. */
    @ManagedOperation(description = "Closes the breaker and forgets the failures")
    public void reset() {
        breaker.reset();
        run.set(0);
    }

    /** Keeps it open until it is reset. */
    @ManagedOperation(description = "Keeps the breaker open until it is reset")
    public void forceOpen() {
        breaker.transitionToForcedOpenState();
    }

    /** Is told the new state at every change. */
    public void onStateChange(Consumer<String> listener) {
        listeners.add(listener);
    }
}
