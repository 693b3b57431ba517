package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OutgoingOrder;
import io.kisgateway.call.PassedRequest;
import io.kisgateway.call.RawReply;
import io.kisgateway.call.StepProducer;
import io.kisgateway.call.Urgency;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultMessage;

/** {@code kis:pass}: sends what a caller sent, and leaves what KIS replied, both as they came. An order needs {@code order:passed} first. */
final class PassEndpoint extends DefaultEndpoint {

    static final String NAME = "pass";

    PassEndpoint(String uri, KisComponent component) {
        super(uri, component);
    }

    @Override
    public KisComponent getComponent() {
        return (KisComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        return new StepProducer<>(this, this::pass, PassEndpoint::taken);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("KIS can only be called");
    }

    private CompletionStage<RawReply> pass(Exchange exchange) {
        Call call = Call.of(exchange);
        PassedRequest request = Objects.requireNonNull(call.attribute(PassedRequest.class), "nothing to pass");
        Passed passed = new Passed(request);
        return (request.order() ? order(exchange, call, passed) : ask(call, passed, false)).whenComplete((done, failure) -> {
            if (failure != null && passed.reply() != null) {
                call.attribute(RawReply.class, passed.reply());
            }
        }).thenApply(done -> request.order() ? passed.reply().ok() : passed.reply());
    }

    private static void taken(Exchange exchange, RawReply reply) {
        DefaultMessage message = new DefaultMessage(exchange);
        message.setBody(reply);
        exchange.setMessage(message);
    }

    private CompletionStage<ObjectNode> ask(Call call, Passed passed, boolean numbered) {
        TrCall tr = passed.call(numbered);
        Urgency urgency = tr.order() ? Urgency.ORDER : Urgency.QUERY;
        return getComponent().caller().call(getComponent().route(false), getCamelContext(), call, urgency,
                new Pages.Begun(tr, new Pages.Single()));
    }

    private CompletionStage<ObjectNode> order(Exchange exchange, Call call, Passed passed) {
        ClaimedOrder order =
                Objects.requireNonNull(call.attribute(ClaimedOrder.class), "nothing was sent: order:passed comes before kis:pass");
        order.begin();
        OutgoingOrder outgoing = Objects.requireNonNull(call.attribute(OutgoingOrder.class));
        return order.send(outgoing).thenCompose(done -> ask(call, passed, outgoing.listed()))
                .thenCompose(reply -> order.taken(exchange, OrderReceipts.of(reply, outgoing.listed())).thenApply(done -> reply));
    }
}
