package io.kisgateway.kis;

import java.time.Instant;
import java.util.Objects;

/**
 * An access token of KIS. Its value never shows in any text made from it.
 *
 * @param value     up to 350 characters
 * @param issuedAt  when it was first handed out, as far as known; asking again within six hours gives the same
 * @param expiresAt when KIS ends it
 */
record Token(String value, Instant issuedAt, Instant expiresAt) {

    Token {
        Objects.requireNonNull(value);
        Objects.requireNonNull(issuedAt);
        Objects.requireNonNull(expiresAt);
    }

    boolean sameAs(Token other) {
        return other != null && value.equals(other.value);
    }

    @Override
    public String toString() {
        return "Token[hidden, expires " + expiresAt + "]";
    }
}
