package io.kisgateway.testing;

import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OrderReceipt;
import io.kisgateway.call.OutgoingOrder;
import io.kisgateway.call.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/** An order that may always be sent, for tests of what sends it. */
public class AnyOrder implements ClaimedOrder {

    private volatile OrderReceipt receipt;

    /** What KIS said, or null. */
    public OrderReceipt receipt() {
        return receipt;
    }

    @Override
    public void permitted() {
        // There is nothing to be permitted.
    }

    @Override
    public void begin() {
        // Any number of times.
    }

    @Override
    public boolean begun() {
        return true;
    }

    @Override
    public CompletionStage<Void> prepare(Exchange exchange, boolean listed) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> send(OutgoingOrder order) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public boolean mayLeave() {
        return true;
    }

    @Override
    public CompletionStage<Void> taken(Exchange exchange, OrderReceipt byKis) {
        receipt = byKis;
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Next> refused(Exchange exchange, Problem refusal) {
        return CompletableFuture.failedStage(refusal);
    }

    @Override
    public String inDoubt(String why) {
        return "Whether KIS took the order is not known (" + why + "): the gateway is looking it up";
    }
}
