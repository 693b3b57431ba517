package io.kisgateway.call;

import org.apache.camel.Exchange;

/**
 * What one call to KIS costs of the account's budget, and how urgent it is. Every attempt costs one, further pages,
 * repeats and token issues included.
 *
 * @param urgency who goes first when the budget is short
 * @param ledger  whether KIS counts it with its second counter, the one for balance and orders (facts 5.2, EGW00215)
 */
public record Upstream(Urgency urgency, boolean ledger) {

    private static final String PROPERTY = "kisGatewayUpstream";

    /** Most urgent first. */
    public enum Urgency { ORDER, QUERY, BACKGROUND }

    public static Upstream of(Exchange exchange) {
        Upstream upstream = exchange.getProperty(PROPERTY, Upstream.class);
        return upstream == null ? new Upstream(Urgency.QUERY, false) : upstream;
    }

    public void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }
}
