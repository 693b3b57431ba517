package io.kisgateway.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** Files that come in the jar, by their absolute path in it; one that is not there is a fault of the build. */
public final class Resources {

    private Resources() {}

    public static byte[] bytes(String path) {
        try (InputStream file = Resources.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(file, path).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /** The cells of a table's lines; blank ones and those that begin with # are none. */
    public static List<String[]> table(String path, String separator) {
        return text(path).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> line.split(separator, -1)).toList();
    }

    public static Properties properties(String path) {
        Properties properties = new Properties();
        try (InputStream file = Resources.class.getResourceAsStream(path)) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
