package io.kisgateway.throttle;

/**
 * How a limiter is doing.
 *
 * @param backend       {@code memory://} or the Redis address without its password
 * @param degraded      whether it works without the Redis it should have
 * @param accountPacing share of the account's rate that is used at present, above 0 to 1
 */
public record LimiterState(String backend, boolean degraded, double accountPacing) {}
