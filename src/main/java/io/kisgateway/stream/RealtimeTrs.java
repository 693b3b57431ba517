package io.kisgateway.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The realtime TRs of KIS, as {@code kis/realtime.tsv} lists them. */
final class RealtimeTrs {

    private static final String FILE = "/kis/realtime.tsv";

    private final Map<String, Tr> byId;

    private RealtimeTrs(Map<String, Tr> byId) {
        this.byId = Map.copyOf(byId);
    }

    /**
     * One of them.
     *
     * @param virtualId in virtual trading, or empty if KIS does not offer it there
     */
    record Tr(String id, String virtualId, List<String> columns) {}

    static RealtimeTrs load() {
        Map<String, Tr> byId = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(RealtimeTrs.class.getResourceAsStream(FILE),
                StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).map(line -> line.split("\t", -1))
                    .forEach(cells -> byId.put(cells[0], new Tr(cells[0], cells[1], List.of(cells[3].strip().split(" ")))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RealtimeTrs(byId);
    }

    Optional<Tr> tr(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    Set<String> ids() {
        return byId.keySet();
    }
}
