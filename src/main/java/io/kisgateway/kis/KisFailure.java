package io.kisgateway.kis;

import io.kisgateway.call.Problem;
import io.kisgateway.kis.KisOutcome.Failure;
import java.time.Duration;
import java.util.Optional;

/** Carries the end of a request out of the circuit breaker. Has no stack trace: it is an answer, not a fault. */
final class KisFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure outcome;
    private final transient Optional<Duration> repeatAfter;
    private final boolean alone;
    private final transient Duration notBefore;

    /**
     * @param repeatAfter how long until the request goes again; empty if this is the end of its call
     * @param alone       whether KIS has answered another call since this one left
     */
    KisFailure(Failure outcome, Throwable cause, Optional<Duration> repeatAfter, boolean alone) {
        this(outcome, cause, repeatAfter, alone, cause instanceof KisFailure behind ? behind.notBefore : null);
    }

    private KisFailure(Failure outcome, Throwable cause, Optional<Duration> repeatAfter, boolean alone, Duration notBefore) {
        super(outcome.detail(), cause, false, false);
        this.outcome = outcome;
        this.repeatAfter = repeatAfter;
        this.alone = alone;
        this.notBefore = notBefore;
    }

    /** One that is not repeated. */
    KisFailure(Failure outcome, Throwable cause) {
        this(outcome, cause, Optional.empty(), false);
    }

    /** The same of something that the gateway does not ask of KIS again for a while. */
    KisFailure notBefore(Duration again) {
        return new KisFailure(outcome, getCause(), repeatAfter, alone, again);
    }

    /** How long KIS will not be asked for it again, whatever callers do; null if it may be at once. */
    Duration notBefore() {
        return notBefore;
    }

    /** Empty if this is the end of its call: only then the circuit breaker counts it. */
    Optional<Duration> repeatAfter() {
        return repeatAfter;
    }

    /** Whether it speaks against its operation rather than against KIS, which has answered another call meanwhile. */
    boolean isAlone() {
        return alone;
    }

    Failure outcome() {
        return outcome;
    }

    /**
     * The failure among a throwable and its causes, or null: Camel wraps what leaves its circuit breaker. What is
     * behind a {@link Problem} has been dealt with before and is no new failure.
     */
    static KisFailure in(Throwable thrown) {
        for (Throwable cause = thrown; cause != null && !(cause instanceof Problem); cause = cause.getCause()) {
            if (cause instanceof KisFailure failure) {
                return failure;
            }
        }
        return null;
    }
}
