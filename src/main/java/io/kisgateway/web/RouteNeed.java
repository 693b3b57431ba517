package io.kisgateway.web;

import io.kisgateway.access.Need;
import io.kisgateway.call.Scope;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a route asks of its callers, read from its steps: {@code scope=…} of its {@code request:} step, or else what its
 * {@code order:} step does; any other {@code request:query} reads the market. {@code request:open} asks for nothing. A route that
 * says none of this is for operators.
 */
public final class RouteNeed {

    private static final Pattern SCOPE = Pattern.compile("request:(?:/*)[a-z]+\\?(?:.*&)?scope=([^&]*).*");
    private static final Pattern OPEN = Pattern.compile("request:(?:/*)open(?:\\?.*)?");
    private static final Pattern QUERY = Pattern.compile("request:(?:/*)query(?:\\?.*)?");
    private static final Pattern ORDER = Pattern.compile("order:(?:/*)([a-z]+)(?:\\?.*)?");

    private RouteNeed() {}

    /** @param steps the URIs of the route's steps, with their options */
    public static Need of(Collection<String> steps) {
        Need byOrder = null;
        boolean queries = false;
        for (String uri : steps) {
            Matcher scope = SCOPE.matcher(uri);
            if (scope.matches()) {
                return Need.of(URLDecoder.decode(scope.group(1), StandardCharsets.UTF_8)).orElse(Need.of(Scope.ADMIN));
            }
            queries |= QUERY.matcher(uri).matches();
            Matcher order = ORDER.matcher(uri);
            if (OPEN.matcher(uri).matches()) {
                return Need.NOTHING;
            } else if (order.matches()) {
                byOrder = ofOrder(order.group(1));
            } else if (RequestEndpoint.isOrder(uri) && byOrder == null) {
                byOrder = Need.of(Scope.ADMIN);
            }
        }
        return byOrder != null ? byOrder : Need.of(queries ? Scope.MARKET_READ : Scope.ADMIN);
    }

    /** Whether a route with these steps can place or change an order. */
    static boolean places(Collection<String> steps) {
        return steps.stream().anyMatch(uri -> RequestEndpoint.isOrder(uri) || ORDER.matcher(uri).matches());
    }

    /** Whoever changes an order may do what the order does: which that is shows when it is known. */
    private static Need ofOrder(String action) {
        return switch (action) {
            case "buy" -> Need.of(Scope.BUY);
            case "sell" -> Need.of(Scope.SELL);
            case "cancel" -> Need.of(Scope.CANCEL);
            case "modify" -> Need.of(Scope.BUY, Scope.SELL);
            default -> Need.of(Scope.ADMIN);
        };
    }
}
