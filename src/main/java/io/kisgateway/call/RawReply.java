package io.kisgateway.call;

import java.util.Map;
import java.util.Objects;

/**
 * A reply that goes to the caller as it is. Several callers may share one, so nobody changes it.
 *
 * @param headers named as they shall be spelt
 * @param body    its bytes
 */
public record RawReply(int status, String contentType, Map<String, String> headers, byte[] body) {

    public RawReply {
        Objects.requireNonNull(contentType);
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body);
    }

    /** The same with HTTP 200, which KIS does not always say when it took an order (facts 4.1): clients in use send it again on all else. */
    public RawReply ok() {
        return new RawReply(200, contentType, headers, body);
    }

    @Override
    public String toString() {
        return "RawReply[" + status + "]";
    }
}
