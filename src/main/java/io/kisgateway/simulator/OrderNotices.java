package io.kisgateway.simulator;

import java.util.List;

/** 체결통보 of one order event: the 26 columns of H0STCNI0, in KIS's order. */
record OrderNotices(Market market, SimulatorOptions options) {

    String of(OrderEvent event, String customer) {
        Order order = event.order();
        boolean filled = event.kind() == OrderEvent.Kind.FILLED;
        return String.join("^", List.of(
                customer,
                options.credentials().account().replace("-", ""),
                order.orderNo(),
                order.originalOrderNo(),
                order.side() == Order.Side.SELL ? "01" : "02",
                switch (order.kind()) {
                    case NEW -> "0";
                    case AMEND -> "1";
                    case CANCEL -> "2";
                },
                order.type(),
                "0",
                order.code(),
                Long.toString(event.quantity()),
                Long.toString(event.price()),
                Texts.time(event.at()),
                event.kind() == OrderEvent.Kind.REJECTED ? "1" : "0",
                filled ? "2" : "1",
                accepted(event),
                Trading.organization(options.mode()),
                Long.toString(order.quantity()),
                "시뮬레이터",
                "0",
                switch (order.exchange()) {
                    case "NXT" -> "2";
                    case "SOR" -> "3";
                    default -> "1";
                },
                "Y",
                "",
                "10",
                "",
                market.name(order.code()),
                Long.toString(order.price())));
    }

    /** 1 received, 2 confirmed, 3 cancelled as an immediate order. */
    private static String accepted(OrderEvent event) {
        return switch (event.kind()) {
            case TAKEN -> event.order().kind() == Order.Kind.NEW ? "1" : "2";
            case FILLED -> "2";
            case REJECTED -> "1";
            case CANCELLED -> "3";
        };
    }
}
