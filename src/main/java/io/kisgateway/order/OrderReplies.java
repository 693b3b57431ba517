package io.kisgateway.order;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.order.journal.StoredReply;
import io.kisgateway.order.journal.Terms;
import java.nio.charset.StandardCharsets;

/** Between replies and the journal: what a reply says of an order, and the reply that a looked-up order gets. */
final class OrderReplies {

    private static final String JSON = "application/json";

    private OrderReplies() {}

    static StoredReply stored(Answer answer) {
        return new StoredReply(answer.status(), answer.contentType(), new String(answer.body(), StandardCharsets.UTF_8));
    }

    /** As the mappings of the shipped routes would have it. @param placement null if KIS gave the order no number of the day */
    static StoredReply placed(OrderEntry entry, Placement placement) {
        Terms terms = entry.terms();
        ObjectNode reply = JsonNodeFactory.instance.objectNode().put("success", true);
        if (terms.cancels()) {
            reply.put("cancelled", true);
        }
        String number = placement == null ? null : placement.orderNo();
        reply.put("order_no", number);
        ObjectNode data = reply.putObject("data").put("order_no", number)
                .put("organization_no", placement == null ? null : placement.organizationNo())
                .put("ordered_at", placement == null ? null : placement.orderedAt());
        if (terms.changes()) {
            data.put("original_order_no", terms.originalOrderNo()).put("quantity", terms.quantity() == 0 ? null : terms.quantity());
        } else {
            data.put("stock_code", terms.stockCode()).put("side", terms.action().wire()).put("quantity", terms.quantity());
        }
        if (!terms.cancels()) {
            data.put("price", terms.price());
        }
        if (terms.type() != null) {
            data.put("type", terms.type().wire()).put("exchange", terms.exchange());
        }
        reply.put("response_time", 0);
        return new StoredReply(200, JSON, reply.toString());
    }

    static StoredReply notPlaced(OrderEntry entry, String why) {
        ObjectNode reply =
                ProblemJson.of(Problem.of(ProblemCode.ORDER_NOT_PLACED, why), entry.origin().requestId()).put("outcome", "not_placed");
        return new StoredReply(ProblemCode.ORDER_NOT_PLACED.status(), ProblemJson.TYPE, reply.toString());
    }
}
