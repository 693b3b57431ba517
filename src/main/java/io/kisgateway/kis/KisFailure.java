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

    /** @param repeatAfter how long until the request goes again; empty if this is the end of its call */
    KisFailure(Failure outcome, Throwable cause, Optional<Duration> repeatAfter) {
        super(outcome.detail(), cause, false, false);
        this.outcome = outcome;
        this.repeatAfter = repeatAfter;
    }

    /** One that is not repeated. */
    KisFailure(Failure outcome, Throwable cause) {
        this(outcome, cause, Optional.empty());
    }

    /** Empty if this is the end of its call: only then the circuit breaker counts it. */
    Optional<Duration> repeatAfter() {
        return repeatAfter;
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
