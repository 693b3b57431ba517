package io.kisgateway.call;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The one typed failure: thrown by any step of a call, turned into {@code application/problem+json} in one place. It
 * carries no stack trace, since it is an answer and not a fault of the code. The detail is written for the caller and
 * never holds a secret, a token or an account number.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String field;
    private final Duration retryAfter;
    private final transient KisMessage kis;
    private final String told;

    private Problem(ProblemCode code, String detail, String told, String field, Duration retryAfter, KisMessage kis, Throwable cause) {
        super(Objects.requireNonNull(detail), cause, false, false);
        this.told = told;
        this.code = Objects.requireNonNull(code);
        this.field = field;
        this.retryAfter = retryAfter;
        this.kis = kis;
    }

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, null, null, null, null, null);
    }

    /** The one behind a fault, if there is one. */
    public static Optional<Problem> in(Throwable thrown) {
        Throwable cause = thrown;
        while (cause != null && !(cause instanceof Problem)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable((Problem) cause);
    }

    /** A request whose {@code field} is wrong. */
    public static Problem invalid(String field, String detail) {
        return new Problem(ProblemCode.INVALID_REQUEST, detail, null, field, null, null, null);
    }

    /** The breaker lets no call through. @param wait until one may pass */
    public static Problem circuitOpen(Duration wait) {
        return of(ProblemCode.CIRCUIT_OPEN, "Calls to KIS are held back for now: it has failed repeatedly, or an operator has stopped them")
                .retryAfter(wait);
    }

    /** The same, with the earliest moment at which a repeat makes sense. */
    public Problem retryAfter(Duration wait) {
        return new Problem(code, getMessage(), told, field, wait, kis, getCause());
    }

    /** The same, with what KIS said. */
    public Problem kis(KisMessage message) {
        return new Problem(code, getMessage(), told, field, retryAfter, message, getCause());
    }

    /** The same, with the fault behind it, for the log only. */
    public Problem causedBy(Throwable cause) {
        return new Problem(code, getMessage(), told, field, retryAfter, kis, cause);
    }

    /** The same, told to the caller in other words than those that are written down. */
    public Problem told(String detail) {
        return new Problem(code, getMessage(), detail, field, retryAfter, kis, getCause());
    }

    /** What the caller is told. */
    public String detail() {
        return told == null ? getMessage() : told;
    }

    public ProblemCode code() {
        return code;
    }

    /** The member of the request that is wrong, or null. */
    public String field() {
        return field;
    }

    /** How long to wait before a repeat, or null. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** What KIS said, or null. */
    public KisMessage kis() {
        return kis;
    }
}
