package io.kisgateway.call;

import java.util.Objects;

/**
 * What a passed request orders, as far as it can be read. Carried by its call.
 *
 * @param action      {@code buy}, {@code sell}, {@code cancel} or {@code other}
 * @param stockCode   null if it is none of the domestic stocks
 * @param quantity    0 if it is not known
 * @param price       won; 0 if it has none, or none that is known
 * @param kind        KIS's code of the kind of order, or null
 * @param exchange    KIS's name of the exchange, or null
 * @param originalNo  what KIS called the order that it is for, such as {@code ODNO 117057}; empty if that cannot be told, null if it is
 *                    for none
 * @param listed      whether all of the above is known, so that it can be looked up in KIS's list
 * @param fingerprint of all that was sent: two that have the same are the same request
 */
public record PassedOrder(String action, String stockCode, long quantity, long price, String kind, String exchange, String originalNo,
        boolean listed, String fingerprint) {

    public PassedOrder {
        Objects.requireNonNull(action);
        Objects.requireNonNull(fingerprint);
    }
}
