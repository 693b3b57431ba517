package io.kisgateway.web;

import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;

/**
 * What came in, kept out of the exchange's headers so that nothing of it can reach KIS by accident.
 *
 * @param values members of path and query, by name; the path wins
 * @param body   the body, empty if there is none
 */
record HttpInput(Map<String, String> values, byte[] body) {

    private static final String PROPERTY = "kisGatewayHttpInput";

    static HttpInput of(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(PROPERTY, HttpInput.class), "exchange without HTTP input");
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }
}
