package io.kisgateway.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** A call that came through the door: its transaction and parameters, complete as far as the TR insists. */
record KisCall(Tr tr, String trId, Map<String, String> params, boolean nextPage, Duration listingDelay) {

    String get(String name) {
        String value = params.get(name);
        return value == null ? "" : value.trim();
    }

    /** Facts 1.4: names of FID_* parameters are taken in lower case, too. */
    static String canonical(String name) {
        return name.startsWith("fid_") ? name.toUpperCase(Locale.ROOT) : name;
    }
}
