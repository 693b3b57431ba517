package io.kisgateway.ops;

import io.kisgateway.runtime.Members;
import io.kisgateway.runtime.MinuteRing;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The last minute of calls to KIS: how they ended, what went wrong, how long they took. */
final class KisWatch {

    static final Set<String> OUTCOMES = Set.of("success", "empty", "rejected", "throttled", "credentials", "unavailable");

    private static final int MOST_DETAILS = 100;
    private static final int SHOWN = 5;

    private final InstantSource clock;
    private final LastMinute outcomes;
    private final LastMinute details;
    private final LatencyWindow latencies = new LatencyWindow();

    KisWatch(InstantSource clock) {
        this.clock = clock;
        this.outcomes = new LastMinute(clock, OUTCOMES.size() + 1);
        this.details = new LastMinute(clock, MOST_DETAILS);
    }

    /**
     * @param outcome one of {@code success}, {@code empty}, {@code rejected}, {@code throttled}, {@code credentials},
     *                {@code unavailable}
     * @param detail  one clause on a failure, else empty
     */
    void answered(String outcome, String detail, long nanos) {
        outcomes.add(outcome);
        latencies.add(nanos, clock.millis());
        if (!detail.isEmpty()) {
            details.add(outcome + ": " + detail);
        }
    }

    int lastMinute(String outcome) {
        return outcomes.total(outcome);
    }

    int callsLastMinute() {
        return outcomes.total();
    }

    /** What went wrong most in the last minute with this outcome, or empty. */
    String mostFrequent(String outcome) {
        return details.totals().keySet().stream().filter(detail -> detail.startsWith(outcome + ": ")).findFirst()
                .map(detail -> detail.substring(outcome.length() + 2)).orElse("");
    }

    /** Half of the last minute's calls took no longer, milliseconds. */
    double median() {
        return millis(latencies.since(clock.millis() - MinuteRing.SECONDS * 1000L, 50)[0]);
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 100_000.0) / 10.0;
    }

    Map<String, Object> show() {
        long[] nanos = latencies.since(clock.millis() - MinuteRing.SECONDS * 1000L, 50, 99, 100);
        Map<String, List<Integer>> bySecond = new LinkedHashMap<>();
        List.of("success", "empty", "rejected", "throttled", "credentials", "unavailable")
                .forEach(outcome -> bySecond.put(outcome, outcomes.bySecond(outcome)));
        return Members.of(
                "calls", callsLastMinute(),
                "outcomes", outcomes.totals(),
                "p50_ms", millis(nanos[0]),
                "p99_ms", millis(nanos[1]),
                "max_ms", millis(nanos[2]),
                "errors", details.totals().entrySet().stream().limit(SHOWN)
                        .map(entry -> Map.of("what", entry.getKey(), "count", entry.getValue())).toList(),
                "by_second", bySecond);
    }
}
