package io.kisgateway.order;

import java.util.Objects;

/** The reply that a repeat with the same key gets. */
record StoredReply(int status, String contentType, String body) {

    StoredReply {
        Objects.requireNonNull(contentType);
        Objects.requireNonNull(body);
    }
}
