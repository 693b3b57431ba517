package io.kisgateway.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/** How many requests were sent away before they were looked at, by whom and why; names of clients come from CLIENTS_FILE alone, so that they are few. */
final class Refusals implements MeterBinder {

    private static final String NOBODY_KNOWN = "none";

    enum Reason {
        HOST, FOREIGN_PAGE, MALFORMED, NO_KEY, WRONG_KEY, EXPIRED_KEY, WRONG_TOKEN, UNKNOWN_IDENTITY, SCOPE, SLOWED_DOWN
    }

    private volatile MeterRegistry registry;

    /** @param client its name, or null if it is not known */
    void add(String client, Reason reason) {
        MeterRegistry present = registry;
        if (present != null) {
            counter(present, client == null ? NOBODY_KNOWN : client, reason).increment();
        }
    }

    private static Counter counter(MeterRegistry meters, String client, Reason reason) {
        return Counter.builder("kis.gateway.refused").description("Requests sent away before they were looked at, by client and reason")
                .tag("client", client).tag("reason", reason.name().toLowerCase(Locale.ROOT)).register(meters);
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        registry = meters;
        for (Reason reason : Reason.values()) {
            counter(meters, NOBODY_KNOWN, reason);
        }
    }
}
