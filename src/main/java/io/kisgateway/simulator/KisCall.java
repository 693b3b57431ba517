package io.kisgateway.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** A call that came through the gate: its transaction and parameters, complete as far as the TR insists. */
record KisCall(String trId, Map<String, String> params, boolean nextPage,
        Circumstances circumstances) {

    /** What a fault changes about the work itself: a list's lag, and an exchange that will refuse what was taken. */
    record Circumstances(Duration lag, boolean rejectedLater) {

        static final Circumstances USUAL = new Circumstances(Duration.ZERO, false);

        static Circumstances of(Faults.Plan plan) {
            Fault listing = plan.of(Fault.Sort.LISTING);
            return new Circumstances(listing == null ? Duration.ZERO : Duration.ofMillis(listing.ms()),
                    plan.of(Fault.Sort.REJECTION) != null);
        }
    }

    String get(String name) {
        String value = params.get(name);
        return value == null ? "" : value.trim();
    }

    /** Facts 1.4: names of FID_* parameters are taken in lower case, too; so are, it seems, those of CTX_AREA_*. */
    static String canonical(String name, boolean strict) {
        return name.startsWith("fid_") || !strict && name.startsWith("ctx_area_") ? name.toUpperCase(Locale.ROOT) : name;
    }
}
