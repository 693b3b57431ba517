package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderLookup;
import io.kisgateway.call.OwnCalls;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;

/** What this package asks KIS on its own account; how, say the routes of these names. */
final class KisQueries {

    static final String ORDERS = "direct:orders-at-kis";
    static final String PRICE = "direct:price-limits";

    private final OwnCalls calls;

    KisQueries(CamelContext context, LongSupplier nanoTime) {
        this.calls = new OwnCalls(context, nanoTime);
    }

    /** A call of the gateway's own: it has no permit, and costs the account's budget like every other. */
    Call ownCall(String requestId) {
        Call call = calls.call(requestId, "order-lookup", "order-lookup");
        call.attribute(OrderLookup.class, OrderLookup.LOOKUP);
        return call;
    }

    /** KIS's whole reply; fails with a problem if it cannot be had. */
    CompletionStage<JsonNode> ask(String route, Call call, Map<String, String> variables) {
        return calls.ask(route, call, variables, JsonNode.class);
    }
}
