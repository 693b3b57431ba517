package io.kisgateway.call;

import org.apache.camel.Exchange;

/**
 * How urgent a call to KIS is when the account's budget is short, most urgent first. Every attempt costs one, further
 * pages, repeats and token issues included.
 */
public enum Urgency {
    ORDER, QUERY, BACKGROUND;

    private static final String PROPERTY = "kisGatewayUrgency";

    public static Urgency of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, QUERY, Urgency.class);
    }

    public void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }
}
