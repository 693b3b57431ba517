package io.kisgateway.kis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import io.kisgateway.kis.KisOutcome.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The circuit breaker of all calls to KIS. It opens after so many consecutive failures, holds calls back for a while,
 * then lets one through on trial. Only a call that ended as {@link Unavailable} is a failure, however often it was repeated,
 * and only if none has succeeded since it left; success ends the run of failures; everything else neither counts nor ends the run, and leaves a trial open for the next call.
 */
@ManagedResource(description = "Circuit breaker of all calls to KIS")
public final class KisBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(KisBreaker.class);
    private static final String NAME = "kis";
    private static final int EVERY = 100;
    /** What a caller who comes while a trial is out is told to wait. */
    private static final Duration DURING_TRIAL = Duration.ofSeconds(1);

    private final CircuitBreakerRegistry registry;
    private final CircuitBreaker breaker;
    private final LongSupplier nanoTime;
    private final int failMax;
    private final Duration resetTimeout;
    private final AtomicInteger run = new AtomicInteger();
    private final AtomicLong trips = new AtomicLong();
    private final AtomicLong successes = new AtomicLong();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile long openedAt;
    /** Until when the present trial can be out, in nanoseconds of the clock. */
    private volatile long trialUntil;
    private volatile String lastFailure = "";
    private volatile String lastReason = "";
    private volatile boolean trialFailed;
    private volatile BreakerSwitch operator;

    /**
     * @param failMax      consecutive failures, at least 1
     * @param resetTimeout from opening to the trial, at least 0.1 s
     * @param nanoTime     a monotonic clock: no wall clock that is set keeps the breaker open
     */
    public KisBreaker(int failMax, Duration resetTimeout, LongSupplier nanoTime) {
        this.failMax = failMax;
        this.resetTimeout = resetTimeout;
        this.nanoTime = nanoTime;
        this.trialUntil = nanoTime.getAsLong();
        // Time that nobody sets: Resilience4j counts by instants.
        long start = nanoTime.getAsLong();
        InstantSource steady = () -> Instant.EPOCH.plusNanos(nanoTime.getAsLong() - start);
        // No longest stay in half-open: a trial takes as long as its call may, and its end decides.
        this.registry = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(failMax)
                .minimumNumberOfCalls(failMax)
                .failureRateThreshold(EVERY)
                .slowCallRateThreshold(EVERY)
                .slowCallDurationThreshold(Duration.ofDays(1))
                .waitDurationInOpenState(resetTimeout)
                .permittedNumberOfCallsInHalfOpenState(1)
                .recordException(this::counts)
                .ignoreException(thrown -> !counts(thrown))
                .writableStackTraceEnabled(false)
                .clock(steady.withZone(ZoneOffset.UTC))
                .build());
        this.breaker = registry.circuitBreaker(NAME);
        breaker.getEventPublisher()
                .onSuccess(event -> {
                    successes.incrementAndGet();
                    run.set(0);
                })
                .onError(this::onError)
                .onStateTransition(event -> onTransition(event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
    }

    /**
     * Whether what leaves a call is a failure of KIS; it arrives wrapped. A trial is not repeated: its first end decides. Of operations that
     * hang, while KIS answers others, many end in one moment: they stop nobody else.
     */
    private boolean counts(Throwable thrown) {
        KisFailure failure = KisFailure.in(thrown);
        return failure != null && failure.outcome() instanceof Unavailable
                && (failure.repeatAfter().isEmpty() && !failure.isAlone() || breaker.getState() == State.HALF_OPEN);
    }

    /** Whether a call has succeeded since this one left. */
    boolean hasAnsweredSince(KisAttempt attempt) {
        return attempt.passedAfter() < successes.get();
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
                openedAt = nanoTime.getAsLong();
                trips.incrementAndGet();
                reason = from != State.HALF_OPEN ? failMax + " consecutive failures, the last: " + lastFailure
                        : trialFailed ? "the trial call failed: " + lastFailure : "no trial call came to an end";
            }
            case HALF_OPEN -> {
                trialFailed = false;
                trialUntil = nanoTime.getAsLong() + DURING_TRIAL.toNanos();
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
        LOG.atLevel(to == State.CLOSED ? Level.INFO : Level.WARN).log("Circuit breaker is {}: {}", state, reason);
        listeners.forEach(listener -> listener.accept(state));
    }

    /** What the {@code circuitBreaker} of the route to KIS refers to. */
    public CircuitBreaker circuitBreaker() {
        return breaker;
    }

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

    @ManagedAttribute(description = "The present run of consecutive failures")
    public int getFailCounter() {
        return run.get();
    }

    @ManagedAttribute(description = "The run of consecutive failures that opens it")
    public int getFailMax() {
        return failMax;
    }

    @ManagedAttribute(description = "Seconds from opening to the trial call")
    public long getResetTimeout() {
        return resetTimeout.toSeconds();
    }

    @ManagedAttribute(description = "How often it has opened")
    public long getTrips() {
        return trips.get();
    }

    @ManagedAttribute(description = "Why it changed its state the last time")
    public String getLastReason() {
        return lastReason;
    }

    /** Whether an operator holds it open. */
    public boolean isForcedOpen() {
        return breaker.getState() == State.FORCED_OPEN;
    }

    /**
     * How long calls are certainly refused from now on; empty if the next call may pass. For a breaker forced open,
     * whose end nobody knows, the usual time.
     */
    public Optional<Duration> refusesFor() {
        return switch (breaker.getState()) {
            case FORCED_OPEN -> Optional.of(resetTimeout);
            case OPEN -> {
                long left = openedAt + resetTimeout.toNanos() - nanoTime.getAsLong();
                yield left < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(left).plusMillis(1));
            }
            case HALF_OPEN -> trialUntil - nanoTime.getAsLong() > 0 ? Optional.of(DURING_TRIAL) : Optional.empty();
            default -> Optional.empty();
        };
    }

    public BreakerState state() {
        return new BreakerState(getState(), getFailCounter(), failMax, resetTimeout, getTrips(), refusesFor(),
                isForcedOpen() && operator != null && operator.isForcedForAll(), lastReason);
    }

    /**
     * A call has passed the breaker: if it is the trial, nobody else waits for a permit until it has ended.
     *
     * @param left as long as it may take
     */
    void passed(KisAttempt attempt, Duration left) {
        attempt.passedAfter(successes.get());
        if (breaker.getState() == State.HALF_OPEN) {
            attempt.onTrial();
            trialUntil = nanoTime.getAsLong() + left.toNanos();
        }
    }

    /** A call that has passed has ended. */
    void ended(KisAttempt attempt) {
        if (attempt.isOnTrial()) {
            trialUntil = nanoTime.getAsLong();
        }
    }

    /** An operator's word goes this way, to all instances. */
    void operatedBy(BreakerSwitch shared) {
        operator = shared;
    }

    /**
     * Closes it and forgets the failures, on all instances.
     *
     * @throws IllegalStateException if the others could not be told; then one that was forced open stays so
     */
    @ManagedOperation(description = "Closes the breaker of all instances and forgets the failures")
    public void reset() {
        if (operator == null) {
            resetHere();
        } else {
            operator.reset();
        }
    }

    /**
     * Keeps it open until it is reset, on all instances and over restarts.
     *
     * @throws IllegalStateException if the others could not be told yet; this one is open
     */
    @ManagedOperation(description = "Keeps the breaker of all instances open until it is reset")
    public void forceOpen() {
        if (operator == null) {
            forceOpenHere();
        } else {
            operator.forceOpen();
        }
    }

    void resetHere() {
        breaker.reset();
        run.set(0);
    }

    void forceOpenHere() {
        breaker.transitionToForcedOpenState();
    }

    /** Is told the new state at every change. */
    public void onStateChange(Consumer<String> listener) {
        listeners.add(listener);
    }
}
