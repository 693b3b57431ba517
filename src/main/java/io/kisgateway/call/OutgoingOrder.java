package io.kisgateway.call;

import java.util.Map;
import java.util.Objects;

/**
 * What KIS is about to be sent of an order.
 *
 * @param path       of the operation
 * @param trId       as KIS documents it for real trading
 * @param parameters by KIS's names, without the account
 * @param listed     whether KIS gives it a number and lists it among the orders of the day (facts 3.13)
 */
public record OutgoingOrder(String path, String trId, Map<String, String> parameters, boolean listed) {

    public OutgoingOrder {
        Objects.requireNonNull(path);
        Objects.requireNonNull(trId);
        parameters = Map.copyOf(parameters);
    }
}
