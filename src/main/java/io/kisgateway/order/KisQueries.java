package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderLookup;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;

/** What this package asks KIS on its own account; how, say the routes of these names. */
final class KisQueries {

    static final String ORDERS = "direct:orders-at-kis";
    static final String PRICE = "direct:price-limits";

    private final CamelContext context;
    private final LongSupplier nanoTime;
    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    KisQueries(CamelContext context, LongSupplier nanoTime) {
        this.context = context;
        this.nanoTime = nanoTime;
    }

    /** A call of the gateway's own: it has no permit, and costs the account's budget like every other. */
    Call ownCall(String requestId) {
        Call call = new Call(requestId, "order-lookup", "order-lookup", false, nanoTime);
        call.attribute(OrderLookup.class, OrderLookup.LOOKUP);
        return call;
    }

    /** KIS's whole reply; fails with a problem if it cannot be had. */
    CompletionStage<JsonNode> ask(String route, Call call, Map<String, String> variables) {
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        try {
            Exchange exchange = new DefaultExchange(context);
            call.attachTo(exchange);
            variables.forEach(exchange::setVariable);
            producers.computeIfAbsent(route, this::producer).process(exchange, doneSync -> {
                if (exchange.getException() != null) {
                    result.completeExceptionally(exchange.getException());
                } else if (exchange.getMessage().getBody() instanceof JsonNode reply) {
                    result.complete(reply);
                } else {
                    result.completeExceptionally(new IllegalStateException(route + " gave no reply of KIS"));
                }
            });
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    private AsyncProducer producer(String route) {
        try {
            AsyncProducer producer = context.getEndpoint(route).createAsyncProducer();
            ServiceHelper.startService(producer);
            return producer;
        } catch (Exception e) {
            throw new IllegalStateException("no route " + route, e);
        }
    }
}
