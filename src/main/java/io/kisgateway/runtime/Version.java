package io.kisgateway.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

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
        Properties build = new Properties();
        try (InputStream stream = Version.class.getResourceAsStream("/build.properties")) {
            build.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty(name);
    }
}
