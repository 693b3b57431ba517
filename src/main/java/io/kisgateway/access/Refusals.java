package io.kisgateway.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many requests were sent away before they were looked at, by whom and why; names of clients come from CLIENTS_FILE alone, so that they are few. */
final class Refusals implements MeterBinder {

    /** Why. */
    enum Reason {
        HOST, FOREIGN_PAGE, MALFORMED, NO_KEY, WRONG_KEY, EXPIRED_KEY, WRONG_TOKEN, UNKNOWN_IDENTITY, SCOPE, BOUND, SLOWED_DOWN
    }

    private static final int MOST_CLIENTS = 500;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private volatile MeterRegistry registry;

    /** @param client its name, or null if it is not known */
    void add(String client, Reason reason) {
        String name = client == null ? "none" : client;
        String key = name + ' ' + reason.name().toLowerCase(java.util.Locale.ROOT);
        if (counts.size() >= MOST_CLIENTS * Reason.values().length && !counts.containsKey(key)) {
            return;
        }
        MeterRegistry present = registry;
        if (present != null) {
            Counter.builder("kis.gateway.refused").description("Requests sent away before they were looked at, by client and reason")
                    .tag("client", name).tag("reason", reason.name().toLowerCase(java.util.Locale.ROOT)).register(present).increment();
        }
        counts.computeIfAbsent(key, ignored -> new LongAdder()).increment();
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        registry = meters;
        for (Reason reason : Reason.values()) {
            Counter.builder("kis.gateway.refused").description("Requests sent away before they were looked at, by client and reason")
                    .tag("client", "none").tag("reason", reason.name().toLowerCase(java.util.Locale.ROOT)).register(meters);
        }
    }
}
