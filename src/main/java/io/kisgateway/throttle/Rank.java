package io.kisgateway.throttle;

import io.kisgateway.call.Upstream.Urgency;

/** Who goes first when the account's budget is short; most urgent first. */
public enum Rank {
    ORDER,
    /** A further page or repeat of a call that has begun: finished before new ones begin. */
    CONTINUED,
    QUERY,
    BACKGROUND;

    static Rank of(Urgency urgency) {
        return switch (urgency) {
            case ORDER -> ORDER;
            case QUERY -> QUERY;
            case BACKGROUND -> BACKGROUND;
        };
    }
}
