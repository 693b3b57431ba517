package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
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

    private OrderReplies() { }

    static StoredReply stored(Answer answer) {
        return new StoredReply(answer.status(), answer.contentType(), new String(answer.body(), StandardCharsets.UTF_8));
    }

    /** The number under which KIS says it has the order; null if the reply does not tell. */
    static Placement placement(Answer answer) {
        if (answer.reply() == null) {
            return null;
        }
        JsonNode members = answer.reply().members();
        String number = members.path("order_no").asText("");
        JsonNode data = members.path("data");
        return number.isBlank() ? null
                : new Placement(number, data.path("organization_no").textValue(), data.path("ordered_at").textValue(), true);
    }

    /** As mappings/order.jslt and mappings/cancel.jslt would have it. */
    static StoredReply placed(OrderEntry entry, Placement placement) {
        Terms terms = entry.terms();
        ObjectNode reply = JsonNodeFactory.instance.objectNode().put("success", true);
        if (terms.cancels()) {
            reply.put("cancelled", true);
        }
        reply.put("order_no", placement.orderNo());
        ObjectNode data = reply.putObject("data").put("order_no", placement.orderNo())
                .put("organization_no", placement.organizationNo()).put("ordered_at", placement.orderedAt());
        if (terms.cancels()) {
            data.put("original_order_no", terms.originalOrderNo()).put("quantity", terms.quantity() == 0 ? null : terms.quantity());
        } else {
            data.put("stock_code", terms.stockCode()).put("side", terms.action().wire()).put("quantity", terms.quantity())
                    .put("price", terms.price()).put("type", terms.market() ? "market" : "limit");
        }
        reply.put("response_time", 0);
        return new StoredReply(200, JSON, reply.toString());
    }

    static StoredReply notPlaced(OrderEntry entry, String why) {
        ObjectNode reply = ProblemJson.of(Problem.of(ProblemCode.ORDER_NOT_PLACED, why), entry.origin().requestId()).put("outcome", "not_placed");
        return new StoredReply(ProblemCode.ORDER_NOT_PLACED.status(), ProblemJson.TYPE, reply.toString());
    }
}
