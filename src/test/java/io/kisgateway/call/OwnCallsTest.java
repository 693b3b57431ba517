package io.kisgateway.call;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.testing.Patience;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultProducerTemplate;
import org.junit.jupiter.api.Test;

class OwnCallsTest {

    /** It never ended, and whoever had asked waited for good. */
    @Test
    void aSendingThatFailsEndsTheCall() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext() {
            @Override
            public ProducerTemplate createProducerTemplate() {
                return new DefaultProducerTemplate(this) {
                    @Override
                    public CompletableFuture<Exchange> asyncSend(String route, Exchange exchange) {
                        return CompletableFuture.failedFuture(new IllegalStateException("not sent"));
                    }
                };
            }
        }) {
            OwnCalls calls = new OwnCalls(context, System::nanoTime);
            CompletableFuture<String> answer =
                    calls.ask("direct:any", calls.call("r", "test", "/test"), Map.of(), String.class).toCompletableFuture();
            assertThatThrownBy(() -> Patience.result(answer)).hasStackTraceContaining("not sent");
        }
    }
}
