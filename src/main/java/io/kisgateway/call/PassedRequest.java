package io.kisgateway.call;

import java.util.Map;
import java.util.Objects;

/**
 * What of a caller's request goes to KIS as it came, token, key and secret aside. Carried by its call.
 *
 * @param query   as it came; empty if there is none
 * @param headers that go along, by name
 * @param body    of an order; empty for a query
 * @param order   whether it places or changes an order
 * @param known   whether KIS has such an operation, as far as this gateway knows
 */
public record PassedRequest(String path, String trId, String query, Map<String, String> headers, byte[] body, boolean order,
        boolean known) {

    public PassedRequest {
        Objects.requireNonNull(path);
        Objects.requireNonNull(trId);
        headers = Map.copyOf(headers);
    }

    /** Whether KIS counts it with its second counter, the one of balance and orders. */
    public boolean ledger() {
        return path.contains("/trading/");
    }

    @Override
    public String toString() {
        return path + ' ' + trId;
    }
}
