package io.kisgateway.order;

import io.kisgateway.order.journal.Terms;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes {@code order:buy} and its like. Bound in the registry as {@code order}. */
@Component("order")
public final class OrderComponent extends DefaultComponent {

    /** What the caller's own request to KIS says, see {@link io.kisgateway.call.PassedOrder}. */
    private static final String PASSED = "passed";

    private final OrderClaims claims;

    /** @param claims null where routes are only checked, and never run */
    OrderComponent(OrderClaims claims) {
        this.claims = claims;
    }

    /** For checking routes. */
    public static OrderComponent idle() {
        return new OrderComponent(null);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (remaining.equals(PASSED)) {
            return new OrderEndpoint(uri, this, null);
        }
        try {
            return new OrderEndpoint(uri, this, Terms.Action.valueOf(remaining.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("there is no order:" + remaining + "; there are: " + Arrays.stream(Terms.Action.values())
                    .map(action -> "order:" + action.wire()).collect(Collectors.joining(", ")));
        }
    }

    OrderClaims claims() {
        return claims;
    }
}
