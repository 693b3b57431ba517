package io.kisgateway.ops;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;

/** OpenTelemetry through Camel's component. Nothing of it is loaded unless it is asked for. */
final class Tracing implements AutoCloseable {

    private final OpenTelemetrySdk sdk;

    private Tracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /** @param endpoint of an OTLP collector over HTTP, without the path */
    static Tracing start(CamelContext camelContext, String version, String endpoint) {
        Resource resource = Resource.getDefault().merge(Resource.create(Attributes.of(
                AttributeKey.stringKey("service.name"), "kis-gateway", AttributeKey.stringKey("service.version"), version)));
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().setResource(resource)
                        .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint(endpoint.replaceFirst("/$", "") + "/v1/traces").build()).build())
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
        camelContext.getRegistry().bind("openTelemetry", sdk.getTracer("kis-gateway", version));
        camelContext.getRegistry().bind("contextPropagators", sdk.getPropagators());
        OpenTelemetryTracer tracer = new OpenTelemetryTracer();
        // The request to KIS gets no header that KIS does not ask for; its time is that of the route around it.
        tracer.setExcludePatterns("http:*,https:*");
        tracer.init(camelContext);
        return new Tracing(sdk);
    }

    /** Sends what is left. */
    @Override
    public void close() {
        sdk.getSdkTracerProvider().shutdown().join(2, TimeUnit.SECONDS);
    }
}
