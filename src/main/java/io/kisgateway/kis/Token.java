package io.kisgateway.kis;

import java.time.Instant;
import java.util.Objects;

/** An access token of KIS. Its value never shows in any text made from it. */
final class Token {

    private final String value;
    private final Instant issuedAt;
    private final Instant expiresAt;

    /**
     * @param value     up to 350 characters
     * @param issuedAt  when it was first handed out, as far as known; asking again within six hours gives the same
     * @param expiresAt when KIS ends it
     */
    Token(String value, Instant issuedAt, Instant expiresAt) {
        this.value = Objects.requireNonNull(value);
        this.issuedAt = Objects.requireNonNull(issuedAt);
        this.expiresAt = Objects.requireNonNull(expiresAt);
    }

    String value() {
        return value;
    }

    Instant issuedAt() {
        return issuedAt;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    boolean sameAs(Token other) {
        return other != null && value.equals(other.value);
    }

    @Override
    public String toString() {
        return "Token[hidden, expires " + expiresAt + "]";
    }
}
