package io.kisgateway.call;

/** Whether the order of a mutating call can exist at KIS; moves only forward, except back from sent to not placed. */
public enum OrderFate {
    /** The call is no order. */
    NO_ORDER,
    /** Nothing has reached KIS, or KIS certainly did not take it. */
    NOT_PLACED,
    /** Sent; whether KIS took it is not known. */
    UNKNOWN,
    /** KIS confirmed the order. */
    PLACED
}
