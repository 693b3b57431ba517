package io.kisgateway.stream;

import io.kisgateway.realtime.MarketRecord;
import java.util.Objects;
import org.apache.camel.Exchange;

/** Of which record an exchange is. Carried by it. */
record Published(Kind kind, MarketRecord record) {

    private static final String PROPERTY = "kisGatewayRecord";

    static Published of(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(PROPERTY, Published.class), "realtime-publish belongs to a realtime: route");
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }
}
