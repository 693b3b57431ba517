package io.kisgateway.order.journal;

import java.util.Objects;

/**
 * Under which number KIS has an order.
 *
 * @param orderedAt KIS's time of it, ISO 8601 with its offset
 * @param confirmed whether KIS gave the number in its reply to the order; else it was found by a lookup
 */
public record Placement(String orderNo, String organizationNo, String orderedAt, boolean confirmed) {

    public Placement {
        Objects.requireNonNull(orderNo);
    }
}
