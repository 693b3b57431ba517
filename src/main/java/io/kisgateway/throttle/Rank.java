package io.kisgateway.throttle;

/** Who goes first when the account's budget is short; most urgent first. The number of each is known to the Redis script. */
public enum Rank {
    ORDER,
    /** A further page or repeat of a call that has begun: finished before new ones begin. */
    CONTINUED,
    /** The first that waits of its endpoint and client on its gateway: so endpoints and clients take turns. */
    QUERY,
    /** A further one of the same endpoint and client. */
    FURTHER_QUERY;

    /** One less urgent where others of the same endpoint and client wait already. */
    Rank behind(boolean others) {
        return this == QUERY && others ? FURTHER_QUERY : this;
    }

    /** What it is once it is the next of its endpoint and client. */
    Rank next() {
        return this == FURTHER_QUERY ? QUERY : this;
    }

    /** What it is once pages and repeats of others overtake it no more. */
    Rank begun() {
        return this == ORDER ? ORDER : CONTINUED;
    }

    /** As what it is reserved for a moment to come, if it yields to those before it; see {@link RollingWindow}. */
    int column() {
        return this == ORDER ? RollingWindow.ORDER : ordinal() + 1;
    }

    /** How many of the columns it must make room for. */
    int columns(boolean keepsPlace) {
        return ordinal() + (this != ORDER && keepsPlace ? 1 : 2);
    }
}
