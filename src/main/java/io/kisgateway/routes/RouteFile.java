package io.kisgateway.routes;

/**
 * A file of routes as it was read.
 *
 * @param name     without its folder; a file of the routes folder replaces the shipped one of the same name
 * @param location as people and Camel are told: a path, or {@code classpath:routes/…}
 * @param text     what it holds
 */
record RouteFile(String name, String location, String text) {

    static final String SUFFIX = ".camel.yaml";

    /** Whether it comes with the jar. */
    boolean isShipped() {
        return location.startsWith("classpath:");
    }
}
