package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.OutgoingOrder;
import io.kisgateway.call.PassedOrder;
import io.kisgateway.call.PassedRequest;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.OrderType;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.Sha256;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/** What the routes of orders leave in an exchange for this package, and what they find in it for KIS and the reply. */
final class OrderRequest {

    static final String STOCK_CODE = "stock_code";
    static final String QUANTITY = "quantity";
    static final String PRICE = "price";
    static final String EXCHANGE = "exchange";
    static final String ORDER_TYPE = "order_type";
    static final String SIDE = "side";
    /** Of a cancellation or a change: the order that it is for, as the caller names it. */
    static final String ORDER_NO = "order_no";

    /** KIS's code of the kind of order. */
    static final String ORD_DVSN = "ord_dvsn";
    /** The number under which KIS has what is to be cancelled or changed, and its branch. */
    static final String TARGET_ORDER_NO = "target_order_no";
    static final String ORGANIZATION_NO = "organization_no";
    /** How much of it; {@code 0} with {@code Y} in the other for all that is left. */
    static final String CHANGE_QUANTITY = "change_quantity";
    static final String CHANGE_ALL = "change_all";

    static final String ORDERED_AT = "ordered_at";
    static final String CANCELLED = "cancelled";
    static final String FILLED_QUANTITY = "filled_quantity";
    static final String CANCELLED_QUANTITY = "cancelled_quantity";
    static final String REJECTED_QUANTITY = "rejected_quantity";
    static final String REMAINING_QUANTITY = "remaining_quantity";

    private OrderRequest() {}

    /**
     * What a validated request orders.
     *
     * @param virtual whether KIS's virtual trading is asked, which offers less
     * @throws Problem if its members do not go together
     */
    static Terms terms(Terms.Action action, Exchange exchange, boolean virtual) {
        PassedOrder passed = Call.of(exchange).attribute(PassedOrder.class);
        if (passed != null) {
            return passed(passed);
        }
        long quantity = exchange.getVariable(QUANTITY) instanceof Long given ? given : 0;
        return switch (action) {
            case BUY, SELL -> order(action, exchange, virtual);
            case CANCEL -> new Terms(action, null, quantity, 0, exchange.getVariable(ORDER_NO, String.class));
            case MODIFY -> new Terms(action, null, quantity, needed(exchange, PRICE),
                    exchange.getVariable(ORDER_NO, String.class));
            case OTHER -> new Terms(action, exchange.getVariable(STOCK_CODE, String.class), quantity,
                    exchange.getVariable(PRICE) instanceof Long price ? price : 0, null).listed(false);
        };
    }

    /** What KIS does not list is ordered as it says, whatever that is. */
    private static Terms passed(PassedOrder order) {
        Terms.Action action = Terms.Action.ofWire(order.action());
        OrderType type = order.listed() ? OrderType.ofCode(order.kind()).orElse(null) : null;
        OrderType.Exchange at = order.exchange() == null ? OrderType.Exchange.KRX : OrderType.Exchange.valueOf(order.exchange());
        boolean usual = type != null && type.goesTo(at) && (!type.priced() || order.price() > 0);
        return new Terms(action, order.stockCode(), order.quantity(), !order.listed() || type != null && type.priced() ? order.price() : 0,
                number(order.originalNo()),
                at.name(), usual ? type : null, usual);
    }

    private static String number(String named) {
        return named == null || named.isEmpty() ? null : named.substring(named.indexOf(' ') + 1);
    }

    /** The same as KIS has it, for an order that is passed on: what is sent says what is claimed, for both are read from one. */
    static OutgoingOrder outgoing(PassedRequest request, Terms terms) {
        String real = request.trId().startsWith("V") ? "T" + request.trId().substring(1) : request.trId();
        return new OutgoingOrder(request.path(), real, !terms.listed() ? Map.of() : Map.of("PDNO", terms.stockCode(),
                "ORD_DVSN", terms.type().code(), "ORD_QTY", Long.toString(terms.quantity()), "ORD_UNPR", Long.toString(terms.price()),
                "EXCG_ID_DVSN_CD", terms.exchange()), terms.listed());
    }

    private static Terms order(Terms.Action action, Exchange exchange, boolean virtual) {
        long price = exchange.getVariable(PRICE) instanceof Long given ? given : 0;
        String typed = exchange.getVariable(ORDER_TYPE, String.class);
        OrderType type = typed == null ? OrderType.byPrice(price) : OrderType.ofWire(typed);
        String where = exchange.getVariable(EXCHANGE, String.class);
        OrderType.Exchange at = where == null ? OrderType.Exchange.KRX : OrderType.Exchange.valueOf(where);
        if (type.priced() && price == 0) {
            throw Problem.invalid(PRICE, "price is missing; an order of the type " + type.wire() + " has one");
        }
        if (!type.priced() && price != 0) {
            throw Problem.invalid(PRICE, "price must be 0 or missing; an order of the type " + type.wire() + " has none");
        }
        if (!type.goesTo(at)) {
            throw Problem.invalid(ORDER_TYPE, "order_type " + type.wire() + (typed == null ? ", which an order without a price is," : "")
                    + " is not taken at " + at + "; there are: " + Arrays.stream(OrderType.values()).filter(one -> one.goesTo(at))
                            .map(OrderType::wire).collect(Collectors.joining(", ")));
        }
        if (virtual && (at != OrderType.Exchange.KRX || !type.virtual())) {
            throw Problem.of(ProblemCode.NOT_OFFERED, "KIS's virtual trading takes no order "
                    + (at != OrderType.Exchange.KRX ? "for " + at : "of the type " + type.wire()));
        }
        return new Terms(action, needed(exchange, STOCK_CODE, String.class), needed(exchange, QUANTITY), price, null, at.name(), type,
                true);
    }

    private static long needed(Exchange exchange, String name) {
        return needed(exchange, name, Long.class);
    }

    private static <T> T needed(Exchange exchange, String name, Class<T> type) {
        T value = exchange.getVariable(name, type);
        if (value == null) {
            throw new IllegalStateException("the route of an order gives no " + name);
        }
        return value;
    }

    /** Lets the route's later steps see what is ordered, defaults filled in. */
    static void show(Terms terms, Exchange exchange) {
        exchange.setVariable(SIDE, terms.action().wire());
        exchange.setVariable(EXCHANGE, terms.exchange());
        if (terms.type() != null) {
            exchange.setVariable(PRICE, terms.price());
            exchange.setVariable(ORDER_TYPE, terms.type().wire());
            exchange.setVariable(ORD_DVSN, terms.type().code());
        }
        if (Call.of(exchange).attribute(PassedOrder.class) != null) {
            showPassed(terms, exchange);
        }
    }

    /** A request that is passed on was read without variables; the log says what it ordered all the same. */
    private static void showPassed(Terms terms, Exchange exchange) {
        exchange.setVariable(STOCK_CODE, terms.stockCode());
        exchange.setVariable(QUANTITY, terms.quantity() > 0 ? terms.quantity() : null);
        exchange.setVariable(PRICE, terms.type() != null || terms.price() > 0 ? terms.price() : null);
        exchange.setVariable(ORDER_NO, terms.originalOrderNo());
    }

    /** Of the validated request: two that mean the same have the same, whatever they leave to the defaults. */
    static String fingerprint(String endpoint, Terms terms, Exchange exchange) {
        PassedOrder passed = Call.of(exchange).attribute(PassedOrder.class);
        if (passed != null) {
            return passed.fingerprint();
        }
        Map<String, Object> said = new TreeMap<>(exchange.getVariables());
        if (terms.type() != null) {
            said.put(SIDE, terms.action().wire());
            said.put(PRICE, terms.price());
            if (terms.type() == OrderType.byPrice(terms.price())) {
                said.remove(ORDER_TYPE);
            }
        }
        if (OrderType.Exchange.KRX.name().equals(said.get(EXCHANGE))) {
            said.remove(EXCHANGE);
        }
        if (terms.changes() && terms.quantity() == 0) {
            said.remove(QUANTITY);
        }
        return Sha256.hex(endpoint + said, 16);
    }
}
