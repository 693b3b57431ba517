package io.kisgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that processes of a test write to, and that go with the build's own. */
public final class TestFolder {

    private static final Path ALL = Path.of("target", "test-data");

    private TestFolder() {}

    /** A new and empty one. */
    public static Path create() {
        try {
            return Files.createTempDirectory(Files.createDirectories(ALL), "").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
