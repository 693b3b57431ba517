package io.kisgateway.simulator;

import io.kisgateway.runtime.Resources;
import java.util.List;

/** An operation of KIS (facts 10): where it is, under which ids on which host, and its parameters. */
record Offer(String method, String path, List<String> realIds, List<String> virtualIds, List<String> parameters) {

    private static final String BASE = "/uapi/";

    static List<Offer> all() {
        return Resources.table("/kis/operations.tsv", "\t").stream()
                .map(row -> new Offer(row[0], BASE + row[1], words(row[2], ","), words(row[3], ","), words(row[5], " "))).toList();
    }

    private static List<String> words(String text, String separator) {
        return text.isEmpty() ? List.of() : List.of(text.split(separator));
    }

    List<String> ids(Mode mode) {
        return mode == Mode.REAL ? realIds : virtualIds;
    }

    boolean order() {
        return method.equals("POST");
    }

    boolean ledger() {
        return path.contains("/trading/");
    }
}
