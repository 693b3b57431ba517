package io.kisgateway.ops;

import io.kisgateway.runtime.Members;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Who called in the last minute, and how often: a flood has a name. Bounded, whoever calls. */
final class Callers {

    private static final int MOST = 500;
    private static final int SHOWN = 8;

    private final LastMinute calls;
    private final LastMinute refused;

    Callers(InstantSource clock) {
        this.calls = new LastMinute(clock, MOST);
        this.refused = new LastMinute(clock, MOST);
    }

    void add(FinishedCall call) {
        String caller = call.caller().toString();
        calls.add(caller);
        if (call.rateLimited()) {
            refused.add(caller);
        }
    }

    record Busiest(String caller, int calls, int percent) {}

    /** Null if nobody called. */
    Busiest busiest() {
        Map<String, Integer> totals = calls.totals();
        int all = totals.values().stream().mapToInt(Integer::intValue).sum();
        return totals.entrySet().stream().findFirst()
                .map(entry -> new Busiest(entry.getKey(), entry.getValue(), entry.getValue() * 100 / all)).orElse(null);
    }

    int count() {
        return calls.totals().size();
    }

    List<Map<String, Object>> show() {
        Map<String, Integer> totals = calls.totals();
        int all = totals.values().stream().mapToInt(Integer::intValue).sum();
        return totals.entrySet().stream().limit(SHOWN).map(entry -> Members.of(
                "caller", entry.getKey(),
                "requests", entry.getValue(),
                "percent", entry.getValue() * 100 / all,
                "rate_limited", refused.total(entry.getKey()))).toList();
    }
}
