package io.kisgateway.call;

/**
 * Every way in which a call can end without data. The name is the stable {@code code} on the wire; the sentence is
 * the {@code error} that older clients print.
 */
public enum ProblemCode {
    MALFORMED_JSON(400, "The request body is not a JSON object"),
    INVALID_REQUEST(400, "The request is not valid"),
    UNAUTHENTICATED(401, "No valid key or token"),
    FORBIDDEN(403, "The caller may not do this"),
    NOT_FOUND(404, "No such path"),
    UNKNOWN_STOCK(404, "KIS knows no such code"),
    NO_PRICE_YET(404, "KIS has no price of this code yet"),
    UNKNOWN_ORDER(404, "No such order"),
    METHOD_NOT_ALLOWED(405, "This path does not take that method"),
    ORDER_IN_PROGRESS(409, "An order with this Idempotency-Key is under way"),
    GONE(410, "This path is gone"),
    BODY_TOO_LARGE(413, "The request body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The request body must be application/json"),
    MISDIRECTED_REQUEST(421, "This gateway does not answer to that Host"),
    KIS_REJECTED(422, "KIS rejected the request"),
    IDEMPOTENCY_KEY_REUSED(422, "The Idempotency-Key was used for another request"),
    ORDER_GUARD(422, "The order is larger than this gateway lets through"),
    RATE_LIMITED(429, "Rate limit exceeded"),
    /** Nobody reads this one. */
    CALLER_GONE(499, "The caller hung up"),
    INTERNAL(500, "The gateway failed"),
    NOT_OFFERED(501, "KIS does not offer this in the present trading mode"),
    KIS_OPERATION_UNKNOWN(502, "KIS knows no such operation"),
    KIS_UNREADABLE(502, "KIS answered something unreadable"),
    KIS_CREDENTIALS(502, "KIS refused the gateway's credentials"),
    ORDER_NOT_PLACED(502, "KIS did not take the order"),
    CIRCUIT_OPEN(503, "Circuit breaker is open"),
    KIS_UNAVAILABLE(503, "KIS is unavailable"),
    KIS_THROTTLED(503, "KIS refuses further calls for the moment"),
    LIMITER_UNAVAILABLE(503, "The rate limiter is unavailable"),
    IDENTITY_UNAVAILABLE(503, "Identity tokens cannot be checked at the moment"),
    REALTIME_FULL(503, "No realtime registration is free"),
    OVERLOADED(503, "The gateway is busy"),
    JOURNAL_UNAVAILABLE(503, "What must be kept cannot be read or written"),
    TRADING_HALTED(503, "Trading is halted"),
    PAUSED(503, "The endpoint is paused"),
    SHUTTING_DOWN(503, "The gateway is shutting down"),
    KIS_TIMEOUT(504, "KIS did not answer in time");

    private final int status;
    private final String error;

    ProblemCode(int status, String error) {
        this.status = status;
        this.error = error;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** One short English sentence without a full stop. */
    public String error() {
        return error;
    }
}
