package io.kisgateway.throttle;

/**
 * The throttle of this instance, for operators.
 *
 * @param backend       where limits are counted, without a password
 * @param shared        whether they are counted in Redis, or should be
 * @param degraded      whether they are kept by this instance's share since Redis is away
 * @param available     whether calls can get permits at all
 * @param limit         of an endpoint that has none of its own
 * @param accountPacing the share of the account's rate that is used at present, above 0 to 1
 */
public record ThrottleState(String backend, boolean shared, boolean degraded, boolean available, String limit, double accountPacing) {}
