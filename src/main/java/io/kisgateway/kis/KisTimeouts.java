package io.kisgateway.kis;

import java.time.Duration;
import java.util.Objects;

/**
 * How long the gateway waits for KIS.
 *
 * @param connect for a connection, its TLS handshake included
 * @param read    for the next byte of a reply
 * @param call    for a whole call: all its pages and repeats, and the account's budget; from the moment the route
 *                reaches the {@code kis:} endpoint
 */
public record KisTimeouts(Duration connect, Duration read, Duration call) {

    public KisTimeouts {
        Objects.requireNonNull(connect);
        Objects.requireNonNull(read);
        Objects.requireNonNull(call);
    }
}
