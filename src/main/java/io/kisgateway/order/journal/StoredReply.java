package io.kisgateway.order.journal;

import java.util.Objects;

/** The reply that a repeat with the same key gets. */
public record StoredReply(int status, String contentType, String body) {

    public StoredReply {
        Objects.requireNonNull(contentType);
        Objects.requireNonNull(body);
    }
}
