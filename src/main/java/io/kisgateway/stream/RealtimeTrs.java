package io.kisgateway.stream;

import io.kisgateway.runtime.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The realtime TRs of KIS, as {@code kis/realtime.tsv} lists them. */
final class RealtimeTrs {

    private final Map<String, Tr> byId;

    private RealtimeTrs(Map<String, Tr> byId) {
        this.byId = Map.copyOf(byId);
    }

    /**
     * One of them.
     *
     * @param virtualId in virtual trading, or empty if KIS does not offer it there
     */
    record Tr(String virtualId, List<String> columns) {}

    static RealtimeTrs load() {
        Map<String, Tr> byId = new HashMap<>();
        Resources.table("/kis/realtime.tsv", "\t")
                .forEach(cells -> byId.put(cells[0], new Tr(cells[1], List.of(cells[3].strip().split(" ")))));
        return new RealtimeTrs(byId);
    }

    Optional<Tr> tr(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    Set<String> ids() {
        return byId.keySet();
    }
}
