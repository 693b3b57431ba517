package io.kisgateway.call;

/**
 * Carried by a call of the gateway's own that finds out what became of an order: it passes a circuit breaker that is open,
 * as it tells the truth when nothing else does, but not one that an operator keeps open; and its success says nothing of
 * the calls that fail.
 */
public enum OrderLookup { LOOKUP }
