package io.kisgateway.throttle;

/** A client's own limit, over all endpoints and gateways. */
public record ClientLimit(String client, RateLimits limits) {}
