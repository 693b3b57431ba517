package io.kisgateway.call;

import java.util.Map;
import java.util.Objects;

/**
 * A request as it came, for routes that hand it on. Carried by its call.
 *
 * @param path    normalized, such as {@code /uapi/domestic-stock/v1/quotations/inquire-price}
 * @param query   as it came, without the question mark; empty if there is none
 * @param headers by their names in lower case, the first of each; hold secrets, so this has no text form
 */
public record RawRequest(String method, String path, String query, Map<String, String> headers, byte[] body) {

    public RawRequest {
        Objects.requireNonNull(method);
        Objects.requireNonNull(path);
        Objects.requireNonNull(query);
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body);
    }

    /** Empty if it was not sent. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    @Override
    public String toString() {
        return method + ' ' + path;
    }
}
