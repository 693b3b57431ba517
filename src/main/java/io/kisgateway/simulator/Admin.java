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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tester's own port: {@code /_sim/…}. Wrong input is answered with 400 and a message that names the field. */
final class Admin {

    private static final int MOST_BODY = 256 * 1024;

    private final Simulator simulator;
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final FaultAdmin faults;
    private final OrderAdmin orders;
    private final RealtimeAdmin realtime;

    Admin(Simulator simulator) {
        this.simulator = simulator;
        this.faults = new FaultAdmin(simulator, json);
        this.orders = new OrderAdmin(simulator, json);
        this.realtime = new RealtimeAdmin(simulator, json);
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
            case "GET /_sim/faults" -> faults.list();
            case "POST /_sim/faults" -> faults.add(object(body));
            case "DELETE /_sim/faults" -> {
                simulator.faults().clear();
                yield faults.list();
            }
            case "GET /_sim/orders" -> orders.list();
            case "POST /_sim/orders" -> orders.placeElsewhere(object(body));
            case "POST /_sim/orders/amend" -> orders.amendElsewhere(object(body));
            case "POST /_sim/orders/cancel" -> orders.byNumber(object(body), simulator.elsewhere()::cancel);
            case "POST /_sim/orders/reject" -> orders.byNumber(object(body), simulator.orders()::reject);
            case "POST /_sim/orders/fill" -> orders.fill(object(body));
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
            default -> realtime.work(method.name() + " " + request.path(),
                    body.length() == 0 ? json.createObjectNode() : object(body));
        };
    }

    private ObjectNode object(Buffer body) {
        try {
            if (json.readTree(body.toString()) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("body: must be a JSON object");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("body: no valid JSON: " + e.getOriginalMessage(), e);
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
                "POST /_sim/tokens/kill", "POST /_sim/approvals/kill", "POST /_sim/market",
                "POST /_sim/connections/close", "GET|POST /_sim/realtime", "POST /_sim/realtime/push",
                "POST /_sim/realtime/ping", "POST /_sim/realtime/close", "POST /_sim/realtime/garbage",
                "POST /_sim/realtime/takeover", "POST /_sim/reset").forEach(operations::add);
        ArrayNode kinds = about.putArray("fault_kinds");
        for (Fault.Kind kind : Fault.Kind.values()) {
            kinds.add(kind.wireName());
        }
        return about;
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
}
