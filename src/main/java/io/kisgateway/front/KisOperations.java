package io.kisgateway.front;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Every REST operation of KIS, by its path: {@code kis/operations.tsv}. */
final class KisOperations {

    private static final String FILE = "/kis/operations.tsv";

    private final Map<String, KisOperation> byPath;

    private KisOperations(Map<String, KisOperation> byPath) {
        this.byPath = byPath;
    }

    static KisOperations load() {
        InputStream file = Objects.requireNonNull(KisOperations.class.getResourceAsStream(FILE), FILE);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            Map<String, KisOperation> byPath = new LinkedHashMap<>();
            reader.lines().filter(line -> !line.startsWith("#")).map(KisOperations::read).forEach(one -> byPath.put(one.path(), one));
            return new KisOperations(byPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KisOperation read(String line) {
        String[] cells = line.split("\t", -1);
        return new KisOperation(cells[0], KisOperation.BASE + cells[1], words(cells[2], ","), words(cells[3], ","), cells[4],
                words(cells[5], " "));
    }

    private static List<String> words(String text, String separator) {
        return text.isEmpty() ? List.of() : List.of(text.split(separator));
    }

    Optional<KisOperation> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    Collection<KisOperation> all() {
        return byPath.values();
    }

    /** Those that somebody may mean by a name: the last part of a path, {@code family/operation}, or a whole path. */
    List<KisOperation> named(String name) {
        return byPath.values().stream().filter(one -> one.path().equals(name) || one.name().equals(name) || one.operation().equals(name)
                || (one.family() + '/' + one.operation()).equals(name)).toList();
    }
}
