package io.kisgateway.kis;

import java.net.URI;
import java.util.Objects;

/**
 * Which KIS the gateway talks to.
 *
 * @param name    how the environment is called in keys and messages, such as {@code REAL}
 * @param virtual whether it is virtual trading, with its own TR ids
 * @param baseUrl scheme, host and port, without a path
 */
public record KisEnvironment(String name, boolean virtual, URI baseUrl) {

    public KisEnvironment {
        Objects.requireNonNull(name);
        Objects.requireNonNull(baseUrl);
    }
}
