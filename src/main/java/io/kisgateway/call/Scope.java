package io.kisgateway.call;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a client may be allowed to do; each route and each operator's action needs one. */
public enum Scope {
    MARKET_READ("market:read"),
    ACCOUNT_READ("account:read"),
    BUY("buy"),
    SELL("sell"),
    CANCEL("cancel"),
    ADMIN("admin");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    /** The scope that people write so, if there is one. */
    public static Optional<Scope> of(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
    }

    /** All of them, for a message. */
    public static String all() {
        return Arrays.stream(values()).map(Scope::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return text;
    }
}
