package io.kisgateway.throttle;

/** Which limit it was that refused; {@code -1 - ordinal()} is its number in the Redis script, which knows nothing of queues. */
public enum Limited {
    ENDPOINT, CLIENT, ACCOUNT, QUEUE;

    private static final Limited[] ALL = values();

    int refused() {
        return -1 - ordinal();
    }

    static Limited of(int refused) {
        return ALL[-1 - refused];
    }
}
