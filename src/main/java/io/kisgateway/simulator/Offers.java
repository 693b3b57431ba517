package io.kisgateway.simulator;

import io.kisgateway.runtime.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a host offers: the transactions that are played and, if asked for, a stub of every other one of KIS. */
final class Offers {

    private final Map<String, List<Offer>> byTrId = new HashMap<>();
    private final Set<String> elsewhere = new HashSet<>();
    private final Set<String> paths = new HashSet<>();

    Offers(Mode mode, boolean stubs) {
        Mode opposite = mode == Mode.REAL ? Mode.VIRTUAL : Mode.REAL;
        List<Offer> offers = new ArrayList<>();
        for (Tr tr : Tr.values()) {
            offers.add(tr.offer());
        }
        Set<String> played = new HashSet<>();
        offers.forEach(offer -> played.add(offer.path()));
        if (stubs) {
            index().stream().filter(offer -> !played.contains(offer.path())).forEach(offers::add);
        }
        for (Offer offer : offers) {
            paths.add(offer.path());
            offer.ids(mode).forEach(id -> byTrId.computeIfAbsent(id, fresh -> new ArrayList<>()).add(offer));
            elsewhere.addAll(offer.ids(opposite));
        }
    }

    private static List<Offer> index() {
        return Resources.table("/kis/operations.tsv", "\t").stream()
                .map(row -> new Offer(row[0], Offer.BASE + row[1], ids(row[2]), ids(row[3]), List.of(), null))
                .toList();
    }

    private static List<String> ids(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(","));
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
