package io.kisgateway.order.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.runtime.KoreanTime;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The journal's text form, in Redis and in files. It never holds an account number, a token or a key of KIS. */
public final class EntryJson {

    private static final JsonMapper JSON = new JsonMapper();

    private EntryJson() {}

    static String write(OrderEntry entry) {
        ObjectNode node = described(entry);
        node.put("idempotency_key", entry.origin().key());
        node.put("version", entry.version());
        node.put("fingerprint", entry.origin().fingerprint());
        node.put("floor", entry.floor());
        put(node, "deadline", entry.deadline());
        put(node, "quiet_since", entry.quietSince());
        node.put("key_free", entry.keyFree());
        node.put("lookups", entry.lookup().count());
        node.put("next_lookup", entry.lookup().next().toEpochMilli());
        if (entry.reply() != null) {
            node.putObject("reply").put("status", entry.reply().status())
                    .put("content_type", entry.reply().contentType()).put("body", entry.reply().body());
        }
        return node.toString();
    }

    /** As operators and callers see it. */
    public static ObjectNode described(OrderEntry entry) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        Terms terms = entry.terms();
        Placement placement = entry.placement();
        node.put("id", entry.id());
        node.put("state", entry.state().wire());
        node.put("reason", entry.reason());
        node.put("order_no", placement == null ? null : placement.orderNo());
        node.put("organization_no", placement == null ? null : placement.organizationNo());
        node.put("ordered_at", placement == null ? null : placement.orderedAt());
        node.put("confirmed", placement != null && placement.confirmed());
        node.put("side", terms.action().wire());
        node.put("stock_code", terms.stockCode());
        boolean other = terms.action() == Terms.Action.OTHER;
        if (!other || terms.quantity() > 0) {
            node.put("quantity", terms.quantity());
        }
        if (!other) {
            node.put("exchange", terms.exchange());
        }
        if (terms.changes()) {
            node.put("original_order_no", terms.originalOrderNo());
        }
        if (!terms.cancels() && (!other || terms.price() > 0)) {
            node.put("price", terms.price());
        }
        if (terms.type() != null) {
            node.put("type", terms.type().wire());
        }
        if (!terms.listed()) {
            node.put("listed", false);
        }
        node.put("endpoint", entry.origin().endpoint());
        node.put("caller", entry.origin().caller());
        node.put("client", entry.origin().client());
        node.put("request_id", entry.origin().requestId());
        node.put("idempotency_key", entry.origin().givenKey());
        node.put("instance", entry.origin().instance());
        ArrayNode history = node.putArray("history");
        for (OrderEntry.Step step : entry.history()) {
            ObjectNode one = history.addObject().put("state", step.state().wire()).put("at", KoreanTime.iso(step.at()));
            if (step.note() != null) {
                one.put("note", step.note());
            }
        }
        return node;
    }

    private static void put(ObjectNode node, String name, Instant at) {
        node.put(name, at == null ? null : KoreanTime.iso(at));
    }

    /** @throws IllegalArgumentException if the text is no entry */
    static OrderEntry read(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            Terms terms = new Terms(Terms.Action.ofWire(text(node, "side")), text(node, "stock_code"),
                    node.path("quantity").longValue(), node.path("price").longValue(), text(node, "original_order_no"),
                    text(node, "exchange"), text(node, "type") == null ? null : OrderType.ofWire(text(node, "type")),
                    node.path("listed").booleanValue() || node.path("listed").isMissingNode());
            Origin origin = new Origin(text(node, "endpoint"), text(node, "caller"), text(node, "client"), text(node, "request_id"),
                    text(node, "instance"), text(node, "idempotency_key"), text(node, "fingerprint"));
            String number = text(node, "order_no");
            Placement placement = number == null ? null : new Placement(number, text(node, "organization_no"),
                    text(node, "ordered_at"), node.path("confirmed").booleanValue());
            JsonNode reply = node.path("reply");
            List<OrderEntry.Step> history = new ArrayList<>();
            node.path("history").forEach(step -> history.add(new OrderEntry.Step(
                    OrderState.ofWire(text(step, "state")), instant(step, "at"), text(step, "note"))));
            return new OrderEntry(text(node, "id"), node.path("version").longValue(), terms, origin,
                    OrderState.ofWire(text(node, "state")), text(node, "reason"), text(node, "floor"), instant(node, "deadline"),
                    instant(node, "quiet_since"), placement, node.path("key_free").booleanValue(),
                    reply.isObject() ? new StoredReply(reply.path("status").intValue(), text(reply, "content_type"), text(reply, "body"))
                            : null,
                    history, new OrderEntry.Lookup(node.path("lookups").intValue(),
                            Instant.ofEpochMilli(node.path("next_lookup").longValue())));
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException(e instanceof JsonProcessingException ? "it is no JSON" : "it lacks what an entry has", e);
        }
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).textValue();
    }

    private static Instant instant(JsonNode node, String name) {
        String text = text(node, name);
        return text == null ? null : OffsetDateTime.parse(text).toInstant();
    }
}
