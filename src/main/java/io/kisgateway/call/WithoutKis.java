package io.kisgateway.call;

/** Carried by a call that has something to answer even if KIS cannot be asked: an open circuit breaker does not refuse it its permit. */
public enum WithoutKis {
    ANSWERS
}
