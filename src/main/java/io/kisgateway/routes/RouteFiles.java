package io.kisgateway.routes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds and reads route files. */
final class RouteFiles {

    private static final String FOLDER = "routes/";

    private RouteFiles() {
    }

    /** Those of the jar, by name. */
    static SortedMap<String, RouteFile> shipped() {
        SortedMap<String, RouteFile> files = new TreeMap<>();
        try {
            for (String name : shippedNames()) {
                try (InputStream stream = RouteFiles.class.getResourceAsStream("/" + FOLDER + name)) {
                    files.put(name, new RouteFile(name, "classpath:" + FOLDER + name,
                            new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return files;
    }

    private static List<String> shippedNames() throws IOException, URISyntaxException {
        URL kis = RouteFiles.class.getResource("/" + FOLDER + "kis" + RouteFile.SUFFIX);
        if (kis.openConnection() instanceof JarURLConnection connection) {
            return connection.getJarFile().stream().map(entry -> entry.getName())
                    .filter(name -> name.startsWith(FOLDER) && name.endsWith(RouteFile.SUFFIX))
                    .map(name -> name.substring(FOLDER.length())).toList();
        }
        try (Stream<Path> paths = Files.list(Path.of(kis.toURI()).getParent())) {
            return paths.map(RouteFiles::name).filter(name -> name.endsWith(RouteFile.SUFFIX)).toList();
        }
    }

    /** Those of a folder, by name; what looks like a route file but is not named like one is a problem. */
    static SortedMap<String, RouteFile> in(Path folder, List<RouteProblem> problems) throws IOException {
        SortedMap<String, RouteFile> files = new TreeMap<>();
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isRegularFile).filter(path -> !name(path).startsWith(".")).sorted().forEach(paths::add);
        }
        for (Path path : paths) {
            String name = name(path);
            if (name.endsWith(RouteFile.SUFFIX)) {
                files.put(name, new RouteFile(name, path.toString(), Files.readString(path)));
            } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
                problems.add(new RouteProblem(path.toString(), 1, "the name of a route file ends with " + RouteFile.SUFFIX
                        + "; this file is not read"));
            }
        }
        return files;
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
