package io.kisgateway.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;

/** A small table in {@code target/campaign}, written whether the test passes or not. */
final class Report implements AutoCloseable {

    private final String name;
    private final String title;
    private final Map<String, Object> rows = new LinkedHashMap<>();

    Report(String name, String title) {
        this.name = name;
        this.title = title;
    }

    Report row(String what, Object value) {
        rows.put(what, value);
        return this;
    }

    @Override
    public void close() {
        StringBuilder text = new StringBuilder("# ").append(title).append("\n\n| | |\n|---|---|\n");
        rows.forEach((what, value) -> text.append("| ").append(what).append(" | ").append(value).append(" |\n"));
        System.out.println(text);
        try {
            Files.createDirectories(Launch.FOLDER);
            Files.writeString(Launch.FOLDER.resolve(name + ".md"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
