package io.kisgateway.ops;

import java.util.Map;

/** What operators see of the rate limiter. */
public interface LimiterView {

    /** Where it counts, without a password. */
    String backend();

    /** The limit of an endpoint that has none of its own. */
    String limit();

    /** Whether it limits by this instance's share because Redis is away. */
    boolean degraded();

    /** Whether calls can get permits at all. */
    boolean available();

    /** Members to show of one endpoint: queue, waits, grants. */
    Map<String, Object> endpoint(String routeId);

    /** Members to show of the account's budget. */
    Map<String, Object> account();
}
