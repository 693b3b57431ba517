package io.kisgateway.ops;

import io.kisgateway.call.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What is counted of one endpoint's requests. */
final class EndpointMeters {

    private final MeterRegistry registry;
    private final String id;
    private final Map<String, Counter> results = new ConcurrentHashMap<>();
    private final Timer all;
    private final Timer queue;
    private final Timer kis;
    private final Timer own;

    EndpointMeters(MeterRegistry registry, String id) {
        this.registry = registry;
        this.id = id;
        Tags endpoint = Tags.of("endpoint", id);
        this.all = Metrics.timer(registry, "kis.gateway.request.duration", "Time of a request in the gateway, all in all", endpoint);
        this.queue = Metrics.timer(registry, "kis.gateway.request.queue.duration", "Of that, waiting for permits", endpoint);
        this.kis = Metrics.timer(registry, "kis.gateway.request.kis.duration", "Of that, waiting for KIS", endpoint);
        this.own = Metrics.timer(registry, "kis.gateway.request.own.duration", "Of that, the gateway's own work", endpoint);
        result("success");
        // A counter that first shows up at 1 has, to Prometheus, never increased.
        for (ProblemCode code : ProblemCode.values()) {
            result(code.name().toLowerCase(Locale.ROOT));
        }
    }

    private Counter result(String result) {
        return results.computeIfAbsent(result, key -> Counter.builder("kis.gateway.requests")
                .description("Requests by endpoint and result: success, or the code of the problem")
                .tag("endpoint", id).tag("result", key).register(registry));
    }

    void add(FinishedCall call) {
        result(call.code() == null ? "success" : call.code().toLowerCase(Locale.ROOT)).increment();
        all.record(call.nanos(), TimeUnit.NANOSECONDS);
        queue.record(call.queueNanos(), TimeUnit.NANOSECONDS);
        kis.record(call.kisNanos(), TimeUnit.NANOSECONDS);
        own.record(call.ownNanos(), TimeUnit.NANOSECONDS);
    }
}
