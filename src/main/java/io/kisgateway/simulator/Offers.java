package io.kisgateway.simulator;

import io.kisgateway.runtime.KisOperation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a host offers: the operations that are played and, if asked for, a stub of every other one of KIS. */
final class Offers {

    private final Map<String, List<KisOperation>> byTrId = new HashMap<>();
    private final Set<String> elsewhere = new HashSet<>();
    private final Set<String> paths = new HashSet<>();

    /** @param played the paths of operations that are more than stubs */
    Offers(Mode mode, boolean stubs, Set<String> played) {
        boolean real = mode == Mode.REAL;
        KisOperation.all().stream().filter(offer -> stubs || played.contains(offer.path())).forEach(offer -> {
            paths.add(offer.path());
            (real ? offer.realIds() : offer.virtualIds()).forEach(id -> byTrId.computeIfAbsent(id, fresh -> new ArrayList<>()).add(offer));
            elsewhere.addAll(real ? offer.virtualIds() : offer.realIds());
        });
    }

    boolean hasPath(String path) {
        return paths.contains(path);
    }

    /** Usually one; an id of two paths has two. */
    List<KisOperation> under(String trId) {
        return byTrId.getOrDefault(trId, List.of());
    }

    /** Whether the other host offers it. */
    boolean elsewhere(String trId) {
        return elsewhere.contains(trId);
    }
}
