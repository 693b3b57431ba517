package io.kisgateway.order;

import io.kisgateway.call.StepEndpoint;
import io.kisgateway.call.StepProducer;
import io.kisgateway.order.journal.Terms;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;

/**
 * The first step of an order: of all requests with one Idempotency-Key one goes on, and what must not go out is stopped.
 * What follows is the throttle, then {@code kis:order:}, which sends nothing without this step.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "order", title = "Order", syntax = "order:action", producerOnly = true,
        category = Category.API)
public final class OrderEndpoint extends StepEndpoint {

    @UriPath(enums = "buy,sell,cancel,modify,other", description = "What is ordered: buy and sell need stock_code, quantity and price in"
            + " the request; cancel needs order_no and modify order_no and price; other is for an operation that says so itself, such as"
            + " one for another market")
    @Metadata(required = true)
    private final Terms.Action action;

    OrderEndpoint(String uri, OrderComponent component, Terms.Action action) {
        super(uri, component);
        this.action = action;
    }

    @Override
    public Producer createProducer() {
        OrderClaims claims = ((OrderComponent) getComponent()).claims();
        return new StepProducer<>(this, exchange -> claims.claim(action, exchange), (exchange, done) -> {});
    }
}
