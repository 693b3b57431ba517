package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.service.ServiceHelper;

/** Carries out the operation of its endpoint. Holds no thread. */
final class KisProducer extends DefaultAsyncProducer {

    private final KisEndpoint endpoint;
    private Operation operation;
    private AsyncProducer route;

    KisProducer(KisEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        KisComponent component = endpoint.getComponent();
        operation = Operation.of(endpoint, component.environment().virtual(), component.clock());
        route = endpoint.getCamelContext().getEndpoint(component.route()).createAsyncProducer();
        ServiceHelper.initService(route);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(route);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(route);
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        KisCaller caller = endpoint.getComponent().caller();
        CompletableFuture<ObjectNode> result;
        try {
            result = caller.call(route, endpoint.getCamelContext(), Call.of(exchange), operation.upstream(),
                    operation.pages(exchange));
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        if (result.isDone()) {
            var unused = result.whenComplete((reply, failure) -> end(exchange, reply, failure));
            callback.done(true);
            return true;
        }
        var unused = result.whenComplete((reply, failure) -> {
            end(exchange, reply, failure);
            callback.done(false);
        });
        return false;
    }

    private void end(Exchange exchange, ObjectNode reply, Throwable failure) {
        if (failure != null) {
            exchange.setException(failure);
            return;
        }
        try {
            DefaultMessage message = new DefaultMessage(exchange);
            message.setBody(operation.finish(reply));
            endpoint.getComponent().names().learn(reply);
            exchange.setMessage(message);
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
    }
}
