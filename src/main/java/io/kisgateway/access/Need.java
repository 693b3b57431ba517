package io.kisgateway.access;

import io.kisgateway.call.Scope;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a caller must be allowed to do at one place.
 *
 * @param anyOf one of these scopes; none for a place that is open to everybody
 */
public record Need(Set<Scope> anyOf) {

    /** Open to everybody, key or not. */
    public static final Need NOTHING = new Need(Set.of());

    public Need {
        anyOf = Set.copyOf(anyOf);
    }

    public static Need of(Scope... anyOf) {
        return new Need(Set.of(anyOf));
    }

    /** Those that people write so, such as {@code buy or sell}, if there are such. */
    public static Optional<Need> of(String text) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String part : text.split(" or ")) {
            Optional<Scope> scope = Scope.of(part.strip());
            if (scope.isEmpty()) {
                return Optional.empty();
            }
            scopes.add(scope.get());
        }
        return Optional.of(new Need(scopes));
    }

    /** For people: {@code buy or sell}; {@code open} if nothing is needed. */
    @Override
    public String toString() {
        return anyOf.isEmpty() ? "open" : EnumSet.copyOf(anyOf).stream().map(Scope::toString).collect(Collectors.joining(" or "));
    }
}
