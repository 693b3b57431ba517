package io.kisgateway.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a host offers: the operations that are played and, if asked for, a stub of every other one of KIS. */
final class Offers {

    private final Map<String, List<Offer>> byTrId = new HashMap<>();
    private final Set<String> elsewhere = new HashSet<>();
    private final Set<String> paths = new HashSet<>();

    /** @param played the paths of operations that are more than stubs */
    Offers(Mode mode, boolean stubs, Set<String> played) {
        Mode opposite = mode == Mode.REAL ? Mode.VIRTUAL : Mode.REAL;
        Offer.all().stream().filter(offer -> stubs || played.contains(offer.path())).forEach(offer -> {
            paths.add(offer.path());
            offer.ids(mode).forEach(id -> byTrId.computeIfAbsent(id, fresh -> new ArrayList<>()).add(offer));
            elsewhere.addAll(offer.ids(opposite));
        });
    }

    boolean hasPath(String path) {
        return paths.contains(path);
    }

    /** Usually one; an id of two paths has two. */
    List<Offer> under(String trId) {
        return byTrId.getOrDefault(trId, List.of());
    }

    /** Whether the other host offers it. */
    boolean elsewhere(String trId) {
        return elsewhere.contains(trId);
    }
}
