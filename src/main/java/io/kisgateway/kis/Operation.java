package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderReceipt;
import io.kisgateway.call.OutgoingOrder;
import io.kisgateway.call.PageReader;
import io.kisgateway.call.Urgency;
import io.kisgateway.runtime.KoreanTime;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

/** What a {@code kis:} endpoint says, made ready once: everything that needs no exchange is settled here. */
final class Operation {

    private static final String NONE = "none";
    /** Of what these place KIS gives a number, and lists it by that (facts 3.9, 3.10, 3.13). */
    private static final Set<String> LISTED = Set.of("/uapi/domestic-stock/v1/trading/order-cash",
            "/uapi/domestic-stock/v1/trading/order-rvsecncl");
    private static final int MOST_ROWS = 1000;
    /** A constant that was meant to be something else. */
    private static final Pattern NO_CONSTANT = Pattern.compile("[{}]|^\\$|(?i)^(today|yesterday|tomorrow|now)\\b");
    private static final Pattern DATE = Pattern.compile("today(?:-(\\d{1,5})d)?");

    private enum Paging { NONE, CTX, DATES, MINUTES }

    private final String path;
    private final String realTrId;
    private final String trId;
    private final boolean ledger;
    private final boolean order;
    private final boolean listed;
    private final Urgency urgency;
    private final Paging paging;
    private final Function<Exchange, String> rows;
    private final KnownStock known;
    private final Map<String, Function<Exchange, String>> parameters = new LinkedHashMap<>();
    private final Clock clock;

    /** @throws IllegalArgumentException if the options contradict each other; the text names the endpoint's path */
    Operation(KisEndpoint endpoint, boolean virtual, Clock clock) {
        this.clock = clock;
        this.path = endpoint.path;
        this.order = endpoint.isOrder();
        this.listed = LISTED.contains(path);
        this.ledger = order || endpoint.ledger;
        require(endpoint.trId != null && !endpoint.trId.isBlank(), endpoint, "trId is missing");
        require(endpoint.trId.matches("[A-Z0-9]+"), endpoint, "trId is of capitals and digits, not " + endpoint.trId);
        this.realTrId = endpoint.trId;
        this.trId = virtual ? virtual(endpoint) : realTrId;
        require(!order || !endpoint.background, endpoint, "an order is never background");
        this.urgency = order ? Urgency.ORDER : endpoint.background ? Urgency.BACKGROUND : Urgency.QUERY;
        this.paging = paging(endpoint);
        require(!order || paging == Paging.NONE, endpoint, "an order has no pages");
        require((paging == Paging.DATES) == (endpoint.rows != null), endpoint, "rows goes with pages=dates");
        CamelContext context = endpoint.getCamelContext();
        this.rows = endpoint.rows == null ? null : value(endpoint.rows, "rows", context);
        this.known = new KnownStock(endpoint);
        endpoint.parameters.forEach((key, text) -> parameters.put(key, value(text, key, context)));
    }

    private static void require(boolean condition, KisEndpoint endpoint, String message) {
        if (!condition) {
            throw new IllegalArgumentException(name(endpoint) + ": " + message);
        }
    }

    /** Facts 3.0: the ids of the account's operations are others there, those of market data are the same. */
    private static String virtual(KisEndpoint endpoint) {
        String real = endpoint.trId;
        if (endpoint.trIdMock != null) {
            return endpoint.trIdMock;
        }
        return real.matches("[TJC].*") ? "V" + real.substring(1) : real;
    }

    private static String name(KisEndpoint endpoint) {
        return "kis:" + endpoint.method + ':' + endpoint.path;
    }

    private static Paging paging(KisEndpoint endpoint) {
        if (endpoint.pages == null) {
            return Paging.NONE;
        }
        return switch (endpoint.pages) {
            case "ctx" -> Paging.CTX;
            case "dates" -> Paging.DATES;
            case "minutes" -> Paging.MINUTES;
            default -> throw new IllegalArgumentException(name(endpoint) + ": pages is ctx, dates or minutes, not "
                    + endpoint.pages);
        };
    }

    private Function<Exchange, String> value(String text, String name, CamelContext context) {
        Matcher date = DATE.matcher(text);
        if (date.matches()) {
            int days = date.group(1) == null ? 0 : Integer.parseInt(date.group(1));
            return exchange -> DateTimeFormatter.BASIC_ISO_DATE.format(KoreanTime.today(clock).minusDays(days));
        }
        if (!text.contains("${")) {
            if (NO_CONSTANT.matcher(text).find()) {
                throw new IllegalArgumentException(
                        name + " is " + text + ", neither a constant nor like ${variable.stock_code} or today-45d");
            }
            return exchange -> text;
        }
        Expression expression = expression(text, name, context);
        return exchange -> text(expression.evaluate(exchange, Object.class), name);
    }

    private static Expression expression(String text, String name, CamelContext context) {
        try {
            Expression expression = context.resolveLanguage("simple").createExpression(text);
            expression.init(context);
            return expression;
        } catch (RuntimeException e) {
            String reason = e.getMessage().lines().findFirst().orElse("").replaceFirst(" at location \\d+$", "");
            throw new IllegalArgumentException(name + " is " + text + ": " + reason);
        }
    }

    private String text(Object value, String name) {
        if (value == null) {
            throw new IllegalStateException("the route gives no value to " + name + " of " + path);
        }
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    Urgency urgency() {
        return urgency;
    }

    boolean isOrder() {
        return order;
    }

    boolean isListed() {
        return listed;
    }

    /** @throws io.kisgateway.call.Problem if KIS does not offer it in the present environment */
    void requireOffered() {
        if (NONE.equals(trId)) {
            throw Problems.notOffered(path);
        }
    }

    /** What KIS says of an order that it took; the reply gets the form that mappings read. */
    OrderReceipt receipt(ObjectNode reply) {
        OrderReceipt receipt = OrderReceipts.of(reply, listed);
        if (listed) {
            OrderReceipts.unify(reply, receipt);
        }
        return receipt;
    }

    OutgoingOrder outgoing(TrCall call) {
        return new OutgoingOrder(path, realTrId, call.parameters(), listed);
    }

    /** The requests for the values that the exchange holds. */
    Pages.Begun pages(Exchange exchange) {
        requireOffered();
        Map<String, String> values = new LinkedHashMap<>();
        parameters.forEach((key, value) -> values.put(key, value.apply(exchange)));
        TrCall call = new TrCall(path, trId, values, ledger, order, listed, false);
        return switch (paging) {
            case NONE -> new Pages.Begun(call, new Pages.Single());
            case CTX -> {
                PageReader reader = Call.of(exchange).attribute(PageReader.class);
                yield new Pages.Begun(call, reader == null ? new Pages.Context(call) : new Pages.Handed(call, reader));
            }
            case MINUTES -> new Pages.Begun(call, new MinutePages(call));
            case DATES -> Pages.Dates.of(call, rows(exchange), KoreanTime.today(clock));
        };
    }

    private int rows(Exchange exchange) {
        int count = Integer.parseInt(rows.apply(exchange).strip());
        if (count < 1 || count > MOST_ROWS) {
            throw new IllegalStateException("rows of " + path + " is " + count + ", not 1 to " + MOST_ROWS);
        }
        return count;
    }

    /**
     * The reply as the route gets it: without the position of the page, which names the account (facts 3.11).
     *
     * @throws io.kisgateway.call.Problem if KIS does not know the code, which it answers with success and nothing in it
     */
    ObjectNode finish(ObjectNode reply) {
        known.check(reply);
        if (ledger) {
            reply.properties().removeIf(
                    member -> member.getKey().toUpperCase(Locale.ROOT).startsWith(TrCall.POSITION));
        }
        return reply;
    }
}
