package io.kisgateway.runtime;

import java.util.Properties;

/** The versions that the build wrote into the jar. */
public final class Version {

    private static final Properties BUILD = Resources.properties("/build.properties");

    private Version() {}

    public static String read() {
        return BUILD.getProperty("version");
    }

    /** Of the Swagger UI that comes with it. */
    public static String swaggerUi() {
        return BUILD.getProperty("swagger-ui.version");
    }
}
