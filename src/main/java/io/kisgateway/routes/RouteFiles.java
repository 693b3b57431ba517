package io.kisgateway.routes;

import io.kisgateway.runtime.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds and reads route files. */
final class RouteFiles {

    private static final String FOLDER = "routes/";

    private RouteFiles() {}

    /** Those of the jar, by name. */
    static NavigableMap<String, RouteFile> shipped() {
        NavigableMap<String, RouteFile> files = new TreeMap<>();
        try {
            for (String name : shippedNames()) {
                files.put(name, new RouteFile(name, "classpath:" + FOLDER + name, Resources.text("/" + FOLDER + name)));
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

    /**
     * Those of a folder, by name.
     *
     * @param unread are there, but nobody knows what they hold
     */
    record Found(NavigableMap<String, RouteFile> files, Set<String> unread) {}

    /** What a folder holds; what cannot be read, or looks like a route file but is not named like one, is a problem. */
    static Found in(Path folder, List<RouteProblem> problems) throws IOException {
        Found found = new Found(new TreeMap<>(), new TreeSet<>());
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isRegularFile).filter(path -> !name(path).startsWith(".")).sorted().forEach(paths::add);
        }
        for (Path path : paths) {
            String name = name(path);
            String lower = name.toLowerCase(Locale.ROOT);
            if (name.endsWith(RouteFile.SUFFIX)) {
                read(path, found, problems);
            } else if (lower.endsWith(".yaml") || lower.endsWith(".yml")) {
                problems.add(new RouteProblem(path.toString(), 1, "the name of a route file ends with " + RouteFile.SUFFIX
                        + "; this file is not read"));
            }
        }
        return found;
    }

    private static void read(Path path, Found found, List<RouteProblem> problems) {
        String name = name(path);
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
            CharBuffer readable = CharBuffer.allocate(bytes.limit());
            boolean whole = !StandardCharsets.UTF_8.newDecoder().decode(bytes, readable, true).isError();
            String text = readable.flip().toString();
            if (whole) {
                found.files().put(name, new RouteFile(name, path.toString(), text));
                return;
            }
            found.unread().add(name);
            int line = (int) text.chars().filter(character -> character == '\n').count() + 1;
            problems.add(new RouteProblem(path.toString(), line, "not UTF-8: save the file with that encoding"));
        } catch (NoSuchFileException e) {
            // Gone since the folder was listed, as it may be.
        } catch (IOException e) {
            found.unread().add(name);
            String reason = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
            problems.add(new RouteProblem(path.toString(), 1, "cannot be read: " + reason));
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
