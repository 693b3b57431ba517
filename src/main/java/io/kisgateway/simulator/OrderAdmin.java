package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** {@code /_sim/orders}: what the book holds, and what somebody elsewhere or the exchange does to it. */
record OrderAdmin(Simulator simulator, JsonMapper json) {

    ObjectNode list() {
        ObjectNode result = json.createObjectNode();
        ArrayNode list = result.putArray("orders");
        simulator.orders().list().forEach(order -> write(list.addObject(), order));
        ArrayNode stubs = result.putArray("stubs");
        simulator.stubs().taken().forEach(one -> stubs.addObject().put("odno", one.number())
                .put("tr_id", one.trId()).put("path", one.path()));
        result.put("reserved", simulator.reservedOrders());
        return result;
    }

    private static void write(ObjectNode node, Order order) {
        node.put("odno", order.orderNo()).put("orgn_odno", order.originalOrderNo())
                .put("kind", order.kind().name().toLowerCase(Locale.ROOT))
                .put("side", order.side().name().toLowerCase(Locale.ROOT))
                .put("code", order.code()).put("ord_dvsn", order.type()).put("qty", order.quantity())
                .put("price", order.price()).put("time", order.time().toOffsetDateTime().toString())
                .put("state", order.state().name().toLowerCase(Locale.ROOT))
                .put("filled_qty", order.filledQuantity()).put("filled_amount", order.filledAmount())
                .put("cancelled_qty", order.cancelledQuantity()).put("remaining_qty", order.remainingQuantity())
                .put("rejected_qty", order.rejectedQuantity()).put("exchange", order.exchange());
        ArrayNode fills = node.putArray("fills");
        for (Order.Fill fill : order.fills()) {
            fills.addObject().put("qty", fill.quantity()).put("price", fill.price())
                    .put("time", fill.time().toOffsetDateTime().toString());
        }
    }

    private ObjectNode written(Order order) {
        ObjectNode node = json.createObjectNode();
        write(node, order);
        return node;
    }

    ObjectNode byNumber(ObjectNode body, Function<String, Order> work) {
        Members members = new Members(body);
        String orderNo = members.neededText("odno");
        members.nothingElse();
        return written(work.apply(orderNo));
    }

    ObjectNode amendElsewhere(ObjectNode body) {
        Members members = new Members(body);
        String orderNo = members.neededText("odno");
        long price = members.number("price", 0);
        members.nothingElse();
        return written(simulator.elsewhere().amend(orderNo, price));
    }

    ObjectNode placeElsewhere(ObjectNode body) {
        Members members = new Members(body);
        Order.Side side = switch (members.neededText("side")) {
            case "buy" -> Order.Side.BUY;
            case "sell" -> Order.Side.SELL;
            default -> throw new IllegalArgumentException("side: must be buy or sell");
        };
        String code = members.neededText("code");
        long quantity = members.number("quantity", 0);
        long price = members.number("price", 0);
        String exchange = members.text("exchange");
        members.nothingElse();
        if (quantity < 1) {
            throw new IllegalArgumentException("quantity: must be at least 1");
        }
        if (exchange != null && !Set.of("KRX", "NXT", "SOR").contains(exchange)) {
            throw new IllegalArgumentException("exchange: must be KRX, NXT or SOR");
        }
        return written(simulator.elsewhere().place(side, code, quantity, price,
                exchange == null ? "KRX" : exchange));
    }

    ObjectNode fill(ObjectNode body) {
        Members members = new Members(body);
        String orderNo = members.neededText("odno");
        long quantity = members.number("quantity", 0);
        members.nothingElse();
        return written(simulator.orders().fill(orderNo, quantity));
    }
}
