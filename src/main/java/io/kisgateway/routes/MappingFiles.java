package io.kisgateway.routes;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The mapping files outside the jar that routes name. */
public interface MappingFiles {

    /** The file that the name in a {@code reply:} step means, if it lies outside the jar. */
    Optional<Path> outside(String name);

    /** What it holds; empty if it cannot be read. */
    String text(Path path);

    /** What the mapping files of a route hold, by name. */
    default Map<String, String> contents(RouteText route) {
        Map<String, String> contents = new TreeMap<>();
        route.stepsTo("reply").map(RouteText.Step::rest)
                .forEach(name -> outside(name).ifPresent(path -> contents.put(name, text(path))));
        return contents;
    }

    default Set<Path> paths(RouteText route) {
        return route.stepsTo("reply").map(RouteText.Step::rest).flatMap(name -> outside(name).stream()).collect(Collectors.toSet());
    }
}
