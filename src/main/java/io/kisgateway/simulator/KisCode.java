package io.kisgateway.simulator;

import io.kisgateway.runtime.Resources;
import java.util.HashMap;
import java.util.Map;

/** A message code with the HTTP status, rt_cd and msg1 it comes with. */
record KisCode(String code, int status, String rtCd, String msg1) {

    /** The codes of {@code simulator/codes.tsv}; a code it does not list follows the envelope's rules (facts 4.1). */
    static final class Table {

        private final Map<String, KisCode> codes = new HashMap<>();

        Table() {
            for (String[] row : Resources.table("/simulator/codes.tsv", "\t")) {
                codes.put(row[0], new KisCode(row[0], Integer.parseInt(row[1]), row[2], row[3]));
            }
        }

        KisCode get(String code) {
            KisCode known = codes.get(code);
            return known != null ? known : byRule(code);
        }

        private static KisCode byRule(String code) {
            if (code.startsWith("EGW") || code.startsWith("IGW")) {
                return new KisCode(code, 500, "1", "");
            }
            if (code.startsWith("OPSQ")) {
                return new KisCode(code, 200, "2", "");
            }
            if (code.startsWith("AP")) {
                return new KisCode(code, 200, "7", "");
            }
            if (code.startsWith("MCA") || code.startsWith("KIOK")) {
                return new KisCode(code, 200, "0", "");
            }
            return new KisCode(code, 200, "1", "");
        }
    }
}
