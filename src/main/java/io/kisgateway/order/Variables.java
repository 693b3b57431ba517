package io.kisgateway.order;

import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.Sha256;
import java.util.TreeMap;
import org.apache.camel.Exchange;

/** What the routes of orders leave in an exchange for this package's steps, and the other way round. */
final class Variables {

    static final String STOCK_CODE = "stock_code";
    static final String QUANTITY = "quantity";
    static final String PRICE = "price";
    static final String SIDE = "side";
    /** Of a cancellation: the order to cancel. */
    static final String ORDER_NO = "order_no";
    static final String ORGANIZATION_NO = "organization_no";
    static final String CANCEL_QUANTITY = "cancel_quantity";
    static final String CANCEL_ALL = "cancel_all";
    static final String CANCELLED = "cancelled";
    static final String FILLED_QUANTITY = "filled_quantity";
    static final String CANCELLED_QUANTITY = "cancelled_quantity";

    private Variables() { }

    static Terms terms(Exchange exchange) {
        String code = exchange.getVariable(STOCK_CODE, String.class);
        Long quantity = exchange.getVariable(QUANTITY, Long.class);
        String original = exchange.getVariable(ORDER_NO, String.class);
        if (original != null) {
            return new Terms(Terms.Action.CANCEL, code, quantity == null ? 0 : quantity, 0, original);
        }
        return new Terms(Terms.Action.ofWire(exchange.getVariable(SIDE, String.class)), code, quantity,
                exchange.getVariable(PRICE, Long.class), null);
    }

    /** Of the validated request: two that mean the same have the same. */
    static String fingerprint(String endpoint, Exchange exchange) {
        return Sha256.hex(endpoint + new TreeMap<>(exchange.getVariables()), 16);
    }
}
