package io.kisgateway.routes;

import java.nio.file.Path;
import java.util.Optional;

/** The mapping files outside the jar that routes name. */
public interface MappingFiles {

    /** The file that the name in a {@code reply:} step means, if it lies outside the jar. */
    Optional<Path> outside(String name);
}
