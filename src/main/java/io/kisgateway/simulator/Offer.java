package io.kisgateway.simulator;

import java.util.List;

/** An operation that a host offers; {@code tr} is null for one that only a stub answers. */
record Offer(String method, String path, List<String> realIds, List<String> virtualIds, List<String> needed, Tr tr) {

    static final String BASE = "/uapi/";

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
