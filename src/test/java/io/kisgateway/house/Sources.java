package io.kisgateway.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The project's own files. */
final class Sources {

    private static final Set<String> TEXTS = Set.of("java", "jslt", "lua", "md", "properties", "tsv", "yaml");

    private Sources() {}

    /** Those that people write, but for routes that are wrong on purpose. */
    static List<Path> texts(String... folders) throws IOException {
        List<Path> texts = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(Files::isRegularFile).filter(file -> !file.toString().contains("wrong-routes"))
                        .filter(file -> TEXTS.contains(file.toString().substring(file.toString().lastIndexOf('.') + 1))).sorted()
                        .forEach(texts::add);
            }
        }
        return texts;
    }
}
