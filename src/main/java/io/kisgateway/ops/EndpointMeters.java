package io.kisgateway.ops;

import io.kisgateway.call.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What is counted of one endpoint's requests. */
final class EndpointMeters {

    private final MeterProvider<Counter> results;
    private final Timer all;
    private final Timer queue;
    private final Timer kis;
    private final Timer own;

    EndpointMeters(MeterRegistry registry, String id) {
        Tags endpoint = Tags.of("endpoint", id);
        this.results = Counter.builder("kis.gateway.requests").tags(endpoint)
                .description("Requests by endpoint and result: success, or the code of the problem").withRegistry(registry);
        this.all = Metrics.timers("kis.gateway.request.duration", "Time of a request in the gateway, all in all")
                .tags(endpoint).register(registry);
        this.queue = Metrics.timers("kis.gateway.request.queue.duration", "Of that, waiting for permits")
                .tags(endpoint).register(registry);
        this.kis = Metrics.timers("kis.gateway.request.kis.duration", "Of that, waiting for KIS")
                .tags(endpoint).register(registry);
        this.own = Metrics.timers("kis.gateway.request.own.duration", "Of that, the gateway's own work")
                .tags(endpoint).register(registry);
        result("success");
        // A counter that first shows up at 1 has, to Prometheus, never increased.
        for (ProblemCode code : ProblemCode.values()) {
            result(code.name().toLowerCase(Locale.ROOT));
        }
    }

    private Counter result(String result) {
        return results.withTag("result", result);
    }

    void add(FinishedCall call) {
        result(call.code() == null ? "success" : call.code().toLowerCase(Locale.ROOT)).increment();
        all.record(call.nanos(), TimeUnit.NANOSECONDS);
        queue.record(call.queueNanos(), TimeUnit.NANOSECONDS);
        kis.record(call.kisNanos(), TimeUnit.NANOSECONDS);
        own.record(call.ownNanos(), TimeUnit.NANOSECONDS);
    }
}
