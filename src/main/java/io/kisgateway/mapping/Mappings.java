package io.kisgateway.mapping;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;

/** Where mapping files are: in the routes folder, if they are there, else on the class path, or where {@code file:} says. */
public final class Mappings {

    private static final String FILE = "file:";

    private final Path folder;

    /** @param folder of routes and mappings, or null */
    public Mappings(Path folder) {
        this.folder = folder;
    }

    /** The file that a name means, if it lies outside the jar. */
    public Optional<Path> outside(String name) {
        if (name.equals(ReplyComponent.INLINE)) {
            return Optional.empty();
        }
        if (name.startsWith(FILE)) {
            return Optional.of(Path.of(name.substring(FILE.length())));
        }
        return folder == null || name.contains(":") ? Optional.empty()
                : Optional.of(folder.resolve(name)).filter(Files::isRegularFile);
    }

    Reader open(CamelContext context, String name) throws IOException {
        Optional<Path> outside = outside(name);
        return outside.isPresent() ? Files.newBufferedReader(outside.get(), StandardCharsets.UTF_8)
                : new InputStreamReader(ResourceHelper.resolveMandatoryResourceAsInputStream(context, name), StandardCharsets.UTF_8);
    }
}
