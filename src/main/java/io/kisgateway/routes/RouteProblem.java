package io.kisgateway.routes;

import java.util.Objects;

/**
 * What is wrong with a route file, and where.
 *
 * @param line from 1
 */
public record RouteProblem(String file, int line, String reason) {

    public RouteProblem {
        Objects.requireNonNull(file);
        Objects.requireNonNull(reason);
    }

    @Override
    public String toString() {
        return file + ':' + line + ": " + reason;
    }
}
