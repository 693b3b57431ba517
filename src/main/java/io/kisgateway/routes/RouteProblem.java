package io.kisgateway.routes;

/**
 * What is wrong with a route file, and where.
 *
 * @param line from 1
 */
public record RouteProblem(String file, int line, String reason) {

    @Override
    public String toString() {
        return file + ':' + line + ": " + reason;
    }
}
