package io.kisgateway.simulator;

import java.time.Instant;

/** What happened to an order: what 체결통보 tells. */
record OrderEvent(Kind kind, Order order, long quantity, long price, Instant at) {

    enum Kind {
        TAKEN, FILLED, REJECTED,
        /** What an immediate order could not trade at once. */
        CANCELLED
    }
}
