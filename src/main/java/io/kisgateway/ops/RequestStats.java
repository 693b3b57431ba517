package io.kisgateway.ops;

import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Members;
import io.kisgateway.runtime.MinuteRing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts finished calls, by endpoint and in all, and remembers the last ones. */
final class RequestStats {

    private static final int REMEMBERED = 100;
    private static final int SHOWN = 10;
    private static final int MOST_ENDPOINTS = 200;

    private final InstantSource clock;
    private final Counters all = new Counters();
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final LastMinute lastMinute;
    private final ArrayDeque<Recent> recent = new ArrayDeque<>();

    RequestStats(InstantSource clock) {
        this.clock = clock;
        this.lastMinute = new LastMinute(clock, MOST_ENDPOINTS * 3);
    }

    /** Names the endpoints whose calls are counted; others are ignored. */
    void watch(Collection<String> routeIds) {
        routeIds.forEach(id -> endpoints.computeIfAbsent(id, ignored -> new Endpoint()));
        endpoints.keySet().retainAll(routeIds);
    }

    Collection<String> watched() {
        return List.copyOf(endpoints.keySet());
    }

    boolean watches(String routeId) {
        return endpoints.containsKey(routeId);
    }

    void add(FinishedCall call) {
        Endpoint endpoint = endpoints.get(call.endpoint());
        if (endpoint == null) {
            return;
        }
        lastMinute.add(call.endpoint() + '/' + outcome(call));
        endpoint.queue.add(call.queueNanos(), clock.millis());
        all.add(call);
        endpoint.counters.add(call);
        endpoint.latencies.add(call.nanos());
        Recent entry = new Recent(call, clock.instant());
        synchronized (recent) {
            if (recent.size() == REMEMBERED) {
                recent.removeFirst();
            }
            recent.addLast(entry);
        }
    }

    /** {@code total_requests} and so on, as {@code /health} shows them. */
    Map<String, Object> summary() {
        return Members.of(
                "total_requests", all.total.sum(),
                "successful_requests", all.successful.sum(),
                "failed_requests", all.failed.sum(),
                "success_rate", all.successRate());
    }

    Map<String, Object> requests() {
        Map<String, Object> requests = all.show();
        requests.put("success_rate", all.successRate());
        return requests;
    }

    /** By route id; a mutable map of mutable maps, for others to add to. */
    Map<String, Map<String, Object>> byEndpoint() {
        Map<String, Map<String, Object>> shown = new java.util.TreeMap<>();
        endpoints.forEach((id, endpoint) -> {
            Map<String, Object> members = endpoint.counters.show();
            long[] nanos = endpoint.latencies.percentiles(50, 99);
            members.put("p50_ms", nanos[0] / 1_000_000);
            members.put("p99_ms", nanos[1] / 1_000_000);
            shown.put(id, members);
        });
        return shown;
    }

    private static String outcome(FinishedCall call) {
        return call.succeeded() ? "success" : call.rateLimited() ? "rate_limited" : "failed";
    }

    /** @param outcome {@code success}, {@code failed} or {@code rate_limited} */
    int lastMinute(String routeId, String outcome) {
        return lastMinute.total(routeId + '/' + outcome);
    }

    /** How long nearly all and the slowest of the last minute's calls waited for permits, milliseconds. */
    long[] queueMillis(String routeId) {
        Endpoint endpoint = endpoints.get(routeId);
        long[] nanos = endpoint == null ? new long[2] : endpoint.queue.since(clock.millis() - MinuteRing.SECONDS * 1000L, 50, 99);
        return new long[] {nanos[0] / 1_000_000, nanos[1] / 1_000_000};
    }

    /** The last ten, newest last. */
    List<Map<String, Object>> recentRequests() {
        return last(SHOWN).stream().map(Recent::show).toList();
    }

    /** More of them, and who called. */
    List<Map<String, Object>> recentRequestsWithCallers(int count) {
        return last(count).stream().map(entry -> {
            Map<String, Object> members = entry.show();
            members.put("caller", entry.call.caller().toString());
            members.put("kis", entry.call.kisText());
            return members;
        }).toList();
    }

    private List<Recent> last(int count) {
        List<Recent> last;
        synchronized (recent) {
            last = new ArrayList<>(recent);
        }
        return last.subList(Math.max(0, last.size() - count), last.size());
    }

    private record Recent(FinishedCall call, Instant at) {

        Map<String, Object> show() {
            Map<String, Object> members = Members.of(
                    "endpoint", call.path(),
                    "timestamp", KoreanTime.iso(at),
                    "response_time", java.math.BigDecimal.valueOf(call.nanos() / 1_000_000, 3),
                    "queue_time", java.math.BigDecimal.valueOf(call.queueNanos() / 1_000_000, 3),
                    "kis_time", java.math.BigDecimal.valueOf(call.kisNanos() / 1_000_000, 3),
                    "status", outcome(call),
                    "http_status", call.status(),
                    "request_id", call.requestId());
            if (call.stockCode() != null) {
                members.put("stock_code", call.stockCode());
            }
            if (call.code() != null) {
                members.put("code", call.code());
            }
            return members;
        }
    }

    private static final class Endpoint {
        private final Counters counters = new Counters();
        private final LatencyWindow latencies = new LatencyWindow();
        private final LatencyWindow queue = new LatencyWindow();
    }

    private static final class Counters {

        private final LongAdder total = new LongAdder();
        private final LongAdder successful = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder rateLimited = new LongAdder();

        void add(FinishedCall call) {
            total.increment();
            (call.succeeded() ? successful : call.rateLimited() ? rateLimited : failed).increment();
        }

        Map<String, Object> show() {
            return Members.of(
                    "total", total.sum(),
                    "successful", successful.sum(),
                    "failed", failed.sum(),
                    "rate_limited", rateLimited.sum());
        }

        String successRate() {
            long sum = total.sum();
            long permille = sum == 0 ? 0 : successful.sum() * 1000 / sum;
            return String.format(Locale.ROOT, "%d.%d%%", permille / 10, permille % 10);
        }
    }
}
