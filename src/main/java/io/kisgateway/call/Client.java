package io.kisgateway.call;

import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Somebody who may call, as the operator wrote it down.
 *
 * @param name       lower case letters, digits and hyphens; known to logs, metrics and the journal
 * @param bounds     of its orders
 * @param rate       the limit of its own calls over all endpoints, like {@code 2/second}, or null for none
 * @param queueShare how much of an endpoint's queue it may fill, percent, 1 to 100
 */
public record Client(String name, Set<Scope> scopes, OrderBounds bounds, String rate, int queueShare) {

    /** How one is called. Metrics call {@code none} whoever is no client. */
    public static final Pattern NAME = Pattern.compile("(?!none$)[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");

    public Client {
        Objects.requireNonNull(name);
        Objects.requireNonNull(bounds);
        scopes = Set.copyOf(scopes);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** Whether it sees and cancels what others have ordered. */
    public boolean seesAll() {
        return may(Scope.ADMIN);
    }
}
