package io.kisgateway.runtime;

/** The versions that the build wrote into the jar. */
public final class Version {

    private Version() {}

    public static String read() {
        return property("version");
    }

    /** Of the Swagger UI that comes with it. */
    public static String swaggerUi() {
        return property("swagger-ui.version");
    }

    private static String property(String name) {
        return Resources.properties("/build.properties").getProperty(name);
    }
}
