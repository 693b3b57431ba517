package io.kisgateway.ops;

/** What operators see of the rate limiter. */
public interface LimiterView {

    /** Where it counts, without a password. */
    String backend();

    /** Whether it counts in Redis, or should. */
    boolean shared();

    /** The limit of an endpoint that has none of its own. */
    String limit();

    /** Whether it limits by this instance's share because Redis is away. */
    boolean degraded();

    /** Whether calls can get permits at all. */
    boolean available();

    /** One endpoint: queue, waits, grants. */
    PermitView endpoint(String routeId);

    /** The share of the account's rate that is used at present, above 0 to 1. */
    double accountPacing();

    /** The same of the ledger's. */
    double ledgerPacing();
}
