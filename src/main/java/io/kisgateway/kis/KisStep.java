package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OrderLookup;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultMessage;

/** Carries out the operation of its endpoint. Holds no thread. */
final class KisStep {

    private final KisEndpoint endpoint;
    private final Operation operation;

    KisStep(KisEndpoint endpoint) {
        this.endpoint = endpoint;
        this.operation = new Operation(endpoint, endpoint.getComponent().environment().virtual(), endpoint.getComponent().clock());
    }

    CompletionStage<ObjectNode> reply(Exchange exchange) {
        return operation.isOrder() ? order(exchange) : ask(exchange, operation.pages(exchange));
    }

    void taken(Exchange exchange, ObjectNode reply) {
        DefaultMessage message = new DefaultMessage(exchange);
        message.setBody(operation.finish(reply));
        endpoint.getComponent().names().learn(reply);
        exchange.setMessage(message);
    }

    private CompletionStage<ObjectNode> ask(Exchange exchange, Pages.Begun pages) {
        Call call = Call.of(exchange);
        AsyncProducer way = endpoint.getComponent().route(call.attribute(OrderLookup.class) != null);
        return endpoint.getComponent().caller().call(way, endpoint.getCamelContext(), call, operation.urgency(), pages);
    }

    /** No order is sent that nobody will bring to an end, whatever steps a route has. */
    private CompletionStage<ObjectNode> order(Exchange exchange) {
        ClaimedOrder order = Call.of(exchange).attribute(ClaimedOrder.class);
        if (order == null) {
            throw new IllegalStateException("nothing was sent: order:buy, order:sell, order:cancel, order:modify or order:other"
                    + " must come before " + endpoint.getEndpointUri().replaceFirst("\\?.*", ""));
        }
        order.begin();
        operation.requireOffered();
        return order.prepare(exchange, operation.isListed()).thenCompose(done -> send(exchange, order));
    }

    private CompletionStage<ObjectNode> send(Exchange exchange, ClaimedOrder order) {
        Pages.Begun pages = operation.pages(exchange);
        return order.send(operation.outgoing(pages.first())).thenCompose(done -> ask(exchange, pages))
                .thenCompose(reply -> order.taken(exchange, operation.receipt(reply)).thenApply(done -> reply))
                .exceptionallyCompose(failure -> {
                    Throwable cause = Stages.cause(failure);
                    return cause instanceof Problem refusal && refusal.code() == ProblemCode.KIS_REJECTED
                            ? order.refused(exchange, refusal).thenCompose(next -> switch (next) {
                                case SEND_AGAIN -> send(exchange, order);
                                case NOTHING_LEFT -> CompletableFuture.completedStage(JsonNodeFactory.instance.objectNode());
                            }) : CompletableFuture.failedStage(cause);
                });
    }
}
