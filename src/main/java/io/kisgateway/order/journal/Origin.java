package io.kisgateway.order.journal;

import java.util.Objects;

/**
 * Who orders, and by which request.
 *
 * @param caller      as far as the edge knows, or null
 * @param instance    the gateway that took the request
 * @param key         the Idempotency-Key, or null
 * @param fingerprint of the endpoint and the validated request
 */
public record Origin(String endpoint, String caller, String requestId, String instance, String key, String fingerprint) {

    public Origin {
        Objects.requireNonNull(endpoint);
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(instance);
        Objects.requireNonNull(fingerprint);
    }
}
