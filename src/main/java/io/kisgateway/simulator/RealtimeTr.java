package io.kisgateway.simulator;

import io.kisgateway.runtime.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One kind of realtime records: its id on this host and its columns, in lower case. */
record RealtimeTr(String id, List<String> columns, Kind kind) {

    enum Kind {
        /** Of a stock, with the prices that the REST operations answer. */
        PLAYED,
        /** Of the account's orders, encrypted: sent when something happens to one. */
        NOTICE,
        STUB, STUB_NOTICE
    }

    private static final Set<String> PLAYED =
            Set.of("H0STCNT0", "H0UNCNT0", "H0NXCNT0", "H0STASP0", "H0UNASP0", "H0NXASP0");
    private static final String NOTICE = "H0STCNI0";

    /** Facts 11.1: notices of orders are encrypted, all else is plain. */
    boolean encrypted() {
        return kind == Kind.NOTICE || kind == Kind.STUB_NOTICE;
    }

    /** Those a host offers, by id: what is played and, if asked for, all others as stubs. */
    static Map<String, RealtimeTr> offered(Mode mode, boolean stubs) {
        Map<String, RealtimeTr> offered = new HashMap<>();
        for (String[] row : Resources.table("/kis/realtime.tsv", "\t")) {
            String id = mode == Mode.REAL ? row[0] : row[1];
            Kind kind = kind(row[0]);
            if (!id.isEmpty() && (stubs || kind == Kind.PLAYED || kind == Kind.NOTICE)) {
                offered.put(id, new RealtimeTr(id, List.of(row[3].split(" ")), kind));
            }
        }
        return Map.copyOf(offered);
    }

    private static Kind kind(String id) {
        if (id.equals(NOTICE)) {
            return Kind.NOTICE;
        }
        boolean notice = id.contains("CNI") || id.equals("HDFFF1C0") || id.equals("HDFFF2C0");
        return PLAYED.contains(id) ? Kind.PLAYED : notice ? Kind.STUB_NOTICE : Kind.STUB;
    }
}
