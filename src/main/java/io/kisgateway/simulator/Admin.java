package io.kisgateway.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** The tester's side door: {@code /_sim/…}. Wrong input is answered with 400 and a message that names the field. */
final class Admin {

    private static final int MOST_BODY = 256 * 1024;

    private final Simulator simulator;
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    Admin(Simulator simulator) {
        this.simulator = simulator;
    }

    void handle(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= MOST_BODY) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                request.response().putHeader("connection", "close");
                answer(request, 413, message("body: at most " + MOST_BODY + " bytes"));
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                work(request, body);
            }
        });
    }

    private void work(HttpServerRequest request, Buffer body) {
        try {
            ObjectNode result = route(request, body);
            answer(request, result == null ? 404 : 200,
                    result == null ? message("no such operation: GET /_sim lists them") : result);
        } catch (IllegalArgumentException e) {
            answer(request, 400, message(e.getMessage()));
        }
    }

    private ObjectNode message(String text) {
        return json.createObjectNode().put("error", text);
    }

    private static void answer(HttpServerRequest request, int status, ObjectNode result) {
        request.response().setStatusCode(status).putHeader("content-type", "application/json; charset=utf-8")
                .end(result.toString());
    }

    private ObjectNode route(HttpServerRequest request, Buffer body) {
        HttpMethod method = request.method();
        return switch (method.name() + " " + request.path()) {
            case "GET /_sim" -> describe();
            case "GET /_sim/faults" -> faults();
            case "POST /_sim/faults" -> addFault(object(body));
            case "DELETE /_sim/faults" -> {
                simulator.faults().clear();
                yield faults();
            }
            case "GET /_sim/orders" -> orders();
            case "POST /_sim/orders" -> placeElsewhere(object(body));
            case "POST /_sim/orders/amend" -> amendElsewhere(object(body));
            case "POST /_sim/orders/cancel" -> byNumber(object(body), simulator.orders()::cancelElsewhere);
            case "POST /_sim/orders/reject" -> byNumber(object(body), simulator.orders()::reject);
            case "POST /_sim/orders/fill" -> fill(object(body));
            case "GET /_sim/calls" -> calls(request);
            case "DELETE /_sim/calls" -> {
                simulator.calls().clear();
                yield done();
            }
            case "POST /_sim/account" -> account(object(body));
            case "GET /_sim/account" -> account();
            case "POST /_sim/tokens/expire" -> {
                simulator.tokens().expire();
                yield done();
            }
            case "POST /_sim/tokens/kill" -> {
                Members members = new Members(body.length() == 0 ? json.createObjectNode() : object(body));
                simulator.tokens().kill(members.flag("incurable"));
                members.nothingElse();
                yield done();
            }
            case "POST /_sim/market" -> market(object(body));
            case "POST /_sim/connections/close" -> {
                simulator.closeConnections();
                yield done();
            }
            case "POST /_sim/reset" -> {
                simulator.reset();
                yield done();
            }
            default -> null;
        };
    }

    private ObjectNode object(Buffer body) {
        try {
            if (json.readTree(body.getBytes()) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("body: must be a JSON object");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("body: no valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("body: cannot be read", e);
        }
    }

    private ObjectNode done() {
        return json.createObjectNode().put("done", true);
    }

    private ObjectNode describe() {
        SimulatorOptions options = simulator.options();
        ObjectNode about = json.createObjectNode()
                .put("what", "a local KIS Open API for development and tests; never real money")
                .put("mode", options.mode().name().toLowerCase(Locale.ROOT))
                .put("kis", simulator.baseUrl())
                .put("app_key", options.credentials().appKey())
                .put("account", options.credentials().account())
                .put("calls_per_second", options.rateLimits().perSecond())
                .put("market_hours", options.marketHours());
        ArrayNode codes = about.putArray("codes");
        simulator.market().codes().stream().sorted().limit(100).forEach(codes::add);
        ArrayNode operations = about.putArray("operations");
        List.of("GET|POST|DELETE /_sim/faults", "GET|POST /_sim/orders",
                "POST /_sim/orders/fill", "POST /_sim/orders/amend", "POST /_sim/orders/cancel",
                "POST /_sim/orders/reject",
                "GET|DELETE /_sim/calls", "GET|POST /_sim/account", "POST /_sim/tokens/expire",
                "POST /_sim/tokens/kill", "POST /_sim/market", "POST /_sim/connections/close",
                "POST /_sim/reset").forEach(operations::add);
        ArrayNode kinds = about.putArray("fault_kinds");
        for (Fault.Kind kind : Fault.Kind.values()) {
            kinds.add(kind.wireName());
        }
        return about;
    }

    private ObjectNode faults() {
        ObjectNode result = json.createObjectNode();
        ArrayNode list = result.putArray("faults");
        for (Faults.Active active : simulator.faults().list()) {
            Fault fault = active.fault();
            ObjectNode one = list.addObject().put("id", active.id()).put("kind", fault.kind().wireName())
                    .put("path", fault.path()).put("tr_id", fault.trId()).put("share", fault.share())
                    .put("ms", fault.ms()).put("code", fault.code()).put("after_taken", fault.takesTheCall())
                    .put("field", fault.spot().field()).put("value", fault.spot().value())
                    .put("left", active.left()).put("hits", active.hits());
            one.properties().removeIf(member -> member.getValue().isNull());
        }
        return result;
    }

    private ObjectNode addFault(ObjectNode body) {
        Members members = new Members(body);
        String kindName = members.text("kind");
        Fault.Kind kind = null;
        for (Fault.Kind one : Fault.Kind.values()) {
            if (one.wireName().equals(kindName)) {
                kind = one;
            }
        }
        if (kind == null) {
            throw new IllegalArgumentException("kind: must be one of those GET /_sim lists");
        }
        Fault fault = new Fault(kind, members.text("path"), members.text("tr_id"), members.integer("times"),
                members.fraction("share"), members.number("ms", 0), members.text("code"), members.integer("status"),
                members.text("rt_cd"), members.text("msg1"), members.text("body"), members.flag("after_taken"),
                members.flag("incurable"),
                new Fault.Spot(members.text("field"), members.text("value"), rows(members.text("rows"))));
        members.nothingElse();
        return json.createObjectNode().put("id", simulator.faults().add(fault));
    }

    private static Fault.Rows rows(String name) {
        return switch (name == null ? "all" : name) {
            case "all" -> Fault.Rows.ALL;
            case "first" -> Fault.Rows.FIRST;
            case "last" -> Fault.Rows.LAST;
            default -> throw new IllegalArgumentException("rows: must be all, first or last");
        };
    }

    private ObjectNode orders() {
        ObjectNode result = json.createObjectNode();
        ArrayNode list = result.putArray("orders");
        simulator.orders().list().forEach(order -> write(list.addObject(), order));
        return result;
    }

    private static void write(ObjectNode node, Order order) {
        node.put("odno", order.orderNo()).put("orgn_odno", order.originalOrderNo())
                .put("kind", order.kind().name().toLowerCase(Locale.ROOT))
                .put("side", order.side().name().toLowerCase(Locale.ROOT))
                .put("code", order.code()).put("ord_dvsn", order.type()).put("qty", order.quantity())
                .put("price", order.price()).put("time", order.time().toOffsetDateTime().toString())
                .put("state", order.state().name().toLowerCase(Locale.ROOT))
                .put("filled_qty", order.filledQuantity()).put("filled_amount", order.filledAmount())
                .put("cancelled_qty", order.cancelledQuantity()).put("remaining_qty", order.remainingQuantity())
                .put("rejected_qty", order.rejectedQuantity()).put("exchange", order.exchange());
        ArrayNode fills = node.putArray("fills");
        for (Order.Fill fill : order.fills()) {
            fills.addObject().put("qty", fill.quantity()).put("price", fill.price())
                    .put("time", fill.time().toOffsetDateTime().toString());
        }
    }

    private ObjectNode written(Order order) {
        ObjectNode node = json.createObjectNode();
        write(node, order);
        return node;
    }

    private ObjectNode byNumber(ObjectNode body, Function<String, Order> work) {
        Members members = new Members(body);
        String orderNo = members.neededText("odno");
        members.nothingElse();
        return written(work.apply(orderNo));
    }

    private ObjectNode amendElsewhere(ObjectNode body) {
        Members members = new Members(body);
        String orderNo = members.neededText("odno");
        long price = members.number("price", 0);
        members.nothingElse();
        return written(simulator.orders().amendElsewhere(orderNo, price));
    }

    private ObjectNode placeElsewhere(ObjectNode body) {
        Members members = new Members(body);
        Order.Side side = switch (members.neededText("side")) {
            case "buy" -> Order.Side.BUY;
            case "sell" -> Order.Side.SELL;
            default -> throw new IllegalArgumentException("side: must be buy or sell");
        };
        String code = members.neededText("code");
        long quantity = members.number("quantity", 0);
        long price = members.number("price", 0);
        String exchange = members.text("exchange");
        members.nothingElse();
        if (quantity < 1) {
            throw new IllegalArgumentException("quantity: must be at least 1");
        }
        if (exchange != null && !Set.of("KRX", "NXT", "SOR").contains(exchange)) {
            throw new IllegalArgumentException("exchange: must be KRX, NXT or SOR");
        }
        return written(simulator.orders().placeElsewhere(side, code, quantity, price,
                exchange == null ? "KRX" : exchange));
    }

    private ObjectNode fill(ObjectNode body) {
        Members members = new Members(body);
        String orderNo = members.neededText("odno");
        long quantity = members.number("quantity", 0);
        members.nothingElse();
        return written(simulator.orders().fill(orderNo, quantity));
    }

    private ObjectNode calls(HttpServerRequest request) {
        String path = request.getParam("path");
        int last = last(request.getParam("last"));
        Calls calls = simulator.calls();
        ObjectNode result = json.createObjectNode().put("total", calls.total())
                .put("rate_violations", calls.rateViolations())
                .put("tokens_issued", simulator.tokens().issued())
                .put("token_requests", simulator.tokens().requests())
                .put("token_requests_refused", simulator.tokens().refused());
        ObjectNode byPath = result.putObject("by_path");
        calls.byPath().forEach(byPath::put);
        ObjectNode byTrId = result.putObject("by_tr_id");
        calls.byTrId().forEach(byTrId::put);
        ObjectNode byAnswer = result.putObject("by_answer");
        calls.byAnswer().forEach(byAnswer::put);
        List<Calls.Arrival> arrivals = path == null ? calls.list() : calls.on(path);
        ArrayNode list = result.putArray("calls");
        arrivals.subList(Math.max(0, arrivals.size() - last), arrivals.size())
                .forEach(arrival -> write(list.addObject(), arrival));
        return result;
    }

    private static int last(String text) {
        if (text == null) {
            return Integer.MAX_VALUE;
        }
        if (!text.matches("[0-9]{1,7}")) {
            throw new IllegalArgumentException("last: must be a whole number");
        }
        return Integer.parseInt(text);
    }

    private static void write(ObjectNode node, Calls.Arrival arrival) {
        node.put("number", arrival.number()).put("at_ms", arrival.at().toEpochMilli())
                .put("at", Texts.seoul(arrival.at()).toOffsetDateTime().toString())
                .put("method", arrival.method()).put("path", arrival.path()).put("tr_id", arrival.trId())
                .put("query", arrival.query()).put("body", arrival.body())
                .put("status", arrival.status()).put("msg_cd", arrival.msgCd());
        ArrayNode headers = node.putArray("headers");
        arrival.headers().forEach(headers::add);
    }

    private ObjectNode account(ObjectNode body) {
        Members members = new Members(body);
        boolean hasCash = body.has("cash");
        long cash = members.number("cash", 0);
        JsonNode list = members.list("holdings");
        members.nothingElse();
        List<Holding> holdings = new ArrayList<>();
        if (list != null) {
            for (JsonNode one : list) {
                holdings.add(holding(one));
            }
            simulator.orders().setHoldings(holdings);
        }
        if (hasCash) {
            simulator.orders().setCash(cash);
        }
        return account();
    }

    private static Holding holding(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw new IllegalArgumentException("holdings: must be objects");
        }
        Members members = new Members(object);
        Holding holding = new Holding(members.neededText("code"), members.number("quantity", 0),
                members.number("average_price", 0));
        members.nothingElse();
        return holding;
    }

    private ObjectNode account() {
        ObjectNode result = json.createObjectNode().put("cash", simulator.orders().cash())
                .put("orderable_cash", simulator.orders().orderableCash());
        ArrayNode list = result.putArray("holdings");
        simulator.orders().holdings().forEach(holding -> list.addObject().put("code", holding.code())
                .put("quantity", holding.quantity()).put("average_price", holding.averagePrice()));
        return result;
    }

    private ObjectNode market(ObjectNode body) {
        Members members = new Members(body);
        String code = members.neededText("code");
        boolean release = members.flag("release");
        boolean halts = body.has("halted");
        boolean halted = members.flag("halted");
        Integer price = members.integer("price");
        members.nothingElse();
        if (price != null) {
            simulator.setPrice(code, price);
        }
        if (release) {
            simulator.releasePrice(code);
        }
        if (halts) {
            simulator.halt(code, halted);
        }
        return json.createObjectNode().put("code", code).put("price", simulator.market().price(code));
    }

    /** The members of a request, each asked for by name; what nobody asked for is a mistake. */
    private static final class Members {

        private final ObjectNode node;
        private final Set<String> asked = new HashSet<>();

        Members(ObjectNode node) {
            this.node = node;
        }

        private JsonNode get(String name) {
            asked.add(name);
            JsonNode value = node.get(name);
            return value == null || value.isNull() ? null : value;
        }

        String text(String name) {
            JsonNode value = get(name);
            check(value == null || value.isTextual(), name, "must be a string");
            return value == null ? null : value.textValue();
        }

        String neededText(String name) {
            String value = text(name);
            check(value != null, name, "is missing");
            return value;
        }

        Integer integer(String name) {
            JsonNode value = get(name);
            check(value == null || value.isIntegralNumber() && value.canConvertToInt(), name,
                    "must be a whole number");
            return value == null ? null : value.intValue();
        }

        long number(String name, long otherwise) {
            JsonNode value = get(name);
            check(value == null || value.isIntegralNumber() && value.canConvertToLong(), name,
                    "must be a whole number");
            return value == null ? otherwise : value.longValue();
        }

        Double fraction(String name) {
            JsonNode value = get(name);
            check(value == null || value.isNumber(), name, "must be a number");
            return value == null ? null : value.doubleValue();
        }

        boolean flag(String name) {
            JsonNode value = get(name);
            check(value == null || value.isBoolean(), name, "must be true or false");
            return value != null && value.booleanValue();
        }

        JsonNode list(String name) {
            JsonNode value = get(name);
            check(value == null || value.isArray(), name, "must be an array");
            return value;
        }

        void nothingElse() {
            node.fieldNames().forEachRemaining(name -> check(asked.contains(name), name, "is not known here"));
        }

        private static void check(boolean condition, String name, String complaint) {
            if (!condition) {
                throw new IllegalArgumentException(name + ": " + complaint);
            }
        }
    }
}
