package io.kisgateway.call;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;

/** What the gateway asks routes on its own account: nobody's patience or hanging up ends such a call. Holds no thread. */
public final class OwnCalls {

    private final ProducerTemplate routes;
    private final LongSupplier nanoTime;

    public OwnCalls(CamelContext context, LongSupplier nanoTime) {
        this.routes = context.createProducerTemplate();
        this.routes.setThreadedAsyncMode(false);
        this.nanoTime = nanoTime;
    }

    public Call call(String requestId, String endpoint, String path) {
        return new Call(requestId, endpoint, path, false, nanoTime);
    }

    /** @return the body that the route leaves, which must be one of these; fails with what the route has failed with */
    public <T> CompletionStage<T> ask(String route, Call call, Map<String, String> variables, Class<T> body) {
        Exchange exchange = new DefaultExchange(routes.getCamelContext());
        variables.forEach(exchange::setVariable);
        call.attachTo(exchange);
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            var unused = routes.asyncSend(route, exchange).whenComplete((sent, failure) -> end(route, exchange, failure, answer, body));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private static <T> void end(String route, Exchange exchange, Throwable failure, CompletableFuture<T> answer, Class<T> body) {
        if (failure != null || exchange.getException() != null) {
            answer.completeExceptionally(failure == null ? exchange.getException() : failure);
        } else if (body.isInstance(exchange.getMessage().getBody())) {
            answer.complete(body.cast(exchange.getMessage().getBody()));
        } else {
            answer.completeExceptionally(new IllegalStateException(route + " gave no " + body.getSimpleName()));
        }
    }
}
