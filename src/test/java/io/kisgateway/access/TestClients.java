package io.kisgateway.access;

import io.kisgateway.call.Scope;
import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Writes CLIENTS_FILE for tests, and makes the keys that go with it. */
public final class TestClients {

    private final StringBuilder text = new StringBuilder("clients:\n");
    private final Path file = TestFolder.create().resolve("clients.yaml");

    /** @return the client's key; its lines follow the name, each indented like {@code may: [buy]} */
    public String add(String name, String keySuffix, String... lines) {
        String key = ApiKey.generate(name, new SecureRandom());
        text.append("  - name: ").append(name).append("\n    keys: [\"sha256:").append(ApiKey.hash(key)).append(keySuffix).append("\"]\n");
        for (String line : lines) {
            text.append("    ").append(line).append('\n');
        }
        return key;
    }

    /** A client with one scope; its key is valid. */
    public String add(Scope scope) {
        return add(scope.toString().replace(':', '-'), "", "may: [" + scope + "]");
    }

    /** Lines as they are. */
    public TestClients raw(String lines) {
        text.append(lines);
        return this;
    }

    public Path write() {
        try {
            Files.writeString(file, text);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
