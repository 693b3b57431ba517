package io.kisgateway.kept;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;

/** Gives the kept reply, and lets the source ask for it where that is due. Holds no thread. */
final class KeptProducer extends DefaultAsyncProducer {

    private final KeptEndpoint endpoint;
    private DailyReply shelf;
    private AsyncProducer source;

    KeptProducer(KeptEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        shelf = endpoint.shelf();
        source = endpoint.getCamelContext().getEndpoint(endpoint.getSource()).createAsyncProducer();
        ServiceHelper.initService(source);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(source);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(source);
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletableFuture<ObjectNode> reply = shelf.get(() -> ask(Call.of(exchange))).toCompletableFuture();
        boolean sync = reply.isDone();
        var unused = reply.whenComplete((body, failure) -> {
            if (failure != null) {
                exchange.setException(failure);
            } else {
                exchange.getMessage().removeHeaders("*");
                exchange.getMessage().setBody(body);
            }
            callback.done(sync);
        });
        return sync;
    }

    /** As a call of its own: the one who happens to come first may lose patience or hang up, the others have not. */
    private CompletionStage<ObjectNode> ask(Call first) {
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        Exchange asking = new DefaultExchange(endpoint.getCamelContext());
        new Call(first.requestId(), first.endpoint(), first.path(), false, endpoint.getComponent().replies().nanoTime())
                .attachTo(asking);
        source.process(asking, doneSync -> {
            if (asking.getException() != null) {
                answer.completeExceptionally(asking.getException());
            } else if (asking.getMessage().getBody() instanceof ObjectNode reply) {
                answer.complete(reply);
            } else {
                answer.completeExceptionally(new IllegalStateException(endpoint.getSource() + " gave no reply of KIS"));
            }
        });
        return answer;
    }
}
