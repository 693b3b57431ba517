package io.kisgateway.throttle;

public enum Source {
    /** Shared by all instances. */
    REDIS,
    /** This instance alone, by configuration. */
    MEMORY,
    /** This instance alone with its share of the limits, since Redis is away. */
    LOCAL
}
