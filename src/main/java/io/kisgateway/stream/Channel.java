package io.kisgateway.stream;

import java.util.Objects;

/**
 * What one listens to.
 *
 * @param kind of records
 * @param code of a stock; empty for a kind that has the account's
 */
record Channel(String kind, String code) {

    Channel {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(code);
    }
}
