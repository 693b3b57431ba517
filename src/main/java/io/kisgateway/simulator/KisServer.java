package io.kisgateway.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.channel.socket.SocketChannelConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** KIS as seen from the wire: takes a call, lets a fault have its way, answers. Runs on one event loop. */
final class KisServer {

    private static final Logger LOG = LoggerFactory.getLogger(KisServer.class);
    private static final int MOST_BODY = 64 * 1024;
    private static final int MOST_HEADER_LISTS = 256;
    private static final int DROPS = 20;

    private final Vertx vertx;
    private final SimulatorOptions options;
    private final InstantSource clock;
    private final Envelope envelope;
    private final Tokens tokens;
    private final OAuth oauth;
    private final Door door;
    private final Faults faults;
    private final Calls calls;
    private final Map<Tr, Function<KisCall, Reply>> operations = new EnumMap<>(Tr.class);
    private final Set<String> paths = new HashSet<>();
    private final Map<List<String>, List<String>> headerLists = new HashMap<>();
    private final AtomicLong lastGtUid = new AtomicLong();
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    KisServer(Vertx vertx, SimulatorOptions options, Envelope envelope, Tokens tokens, Door door, Faults faults,
              Calls calls, Market market, OrderBook book) {
        this.vertx = vertx;
        this.options = options;
        this.clock = options.clock();
        this.envelope = envelope;
        this.tokens = tokens;
        this.oauth = new OAuth(options, envelope, tokens);
        this.door = door;
        this.faults = faults;
        this.calls = calls;
        Quotations quotations = new Quotations(market, envelope, options);
        IndexQuotations indexes = new IndexQuotations(market, envelope, options);
        Trading trading = new Trading(market, book, envelope, options.mode());
        Ledger ledger = new Ledger(market, book, envelope, options);
        operations.put(Tr.INQUIRE_PRICE, quotations::price);
        operations.put(Tr.INQUIRE_INDEX_PRICE, indexes::price);
        operations.put(Tr.INQUIRE_DAILY_PRICE, quotations::dailyPrice);
        operations.put(Tr.ITEM_CHART, quotations::itemChart);
        operations.put(Tr.INDEX_CHART, indexes::chart);
        operations.put(Tr.MINUTE_CHART, quotations::minuteChart);
        operations.put(Tr.INQUIRE_INVESTOR, quotations::investors);
        operations.put(Tr.CHK_HOLIDAY, quotations::holidays);
        operations.put(Tr.BUY, call -> trading.order(call, Order.Side.BUY));
        operations.put(Tr.SELL, call -> trading.order(call, Order.Side.SELL));
        operations.put(Tr.AMEND_CANCEL, trading::amendOrCancel);
        operations.put(Tr.AMENDABLE, ledger::amendable);
        operations.put(Tr.BALANCE, ledger::balance);
        operations.put(Tr.BUYABLE, ledger::buyable);
        operations.put(Tr.SELLABLE, ledger::sellable);
        operations.put(Tr.DAILY_ORDERS, ledger::dailyOrders);
        for (Tr tr : Tr.values()) {
            paths.add(tr.path());
        }
    }

    void handle(HttpServerRequest request) {
        String trId = header(request, "tr_id");
        Calls.Call call = calls.arrive(clock.instant(), request.method().name(), request.path(), trId,
                request.query() == null ? "" : request.query(), headerNames(request.headers()));
        if (request.method() == HttpMethod.GET) {
            receive(request, call, new byte[0]);
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= MOST_BODY) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                calls.answered(call, 413, "");
                request.response().setStatusCode(413).putHeader("connection", "close").end();
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                receive(request, call, body.getBytes());
            }
        });
    }

    private static String header(HttpServerRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    /** Callers send the same few sets of headers over and over: one list of each is enough. */
    private List<String> headerNames(MultiMap headers) {
        List<String> names = new ArrayList<>(headers.size());
        headers.forEach(entry -> names.add(entry.getKey().toLowerCase(Locale.ROOT)));
        List<String> known = headerLists.get(names);
        if (known != null) {
            return known;
        }
        List<String> fresh = List.copyOf(names);
        if (headerLists.size() < MOST_HEADER_LISTS) {
            headerLists.put(fresh, fresh);
        }
        return fresh;
    }

    private void receive(HttpServerRequest request, Calls.Call call, byte[] body) {
        if (body.length > 0 && call.path.startsWith("/uapi/")) {
            calls.body(call, new String(body, StandardCharsets.UTF_8));
        }
        Faults.Plan plan = faults.next(call.path, call.trId);
        if (plan.latency() != null && !plan.latency().afterTaken()) {
            vertx.setTimer(plan.latency().ms(), timer -> work(request, call, body, plan));
        } else {
            work(request, call, body, plan);
        }
    }

    private void work(HttpServerRequest request, Calls.Call call, byte[] body, Faults.Plan plan) {
        if (plan.deadToken() != null) {
            tokens.kill(plan.deadToken().incurable());
        }
        Fault fault = plan.reply();
        Reply reply = null;
        if (fault == null || fault.takesTheCall()) {
            Duration listing = plan.listing() == null ? Duration.ZERO : Duration.ofMillis(plan.listing().ms());
            reply = answer(request, call.trId, body, listing);
        }
        Reply answer = reply;
        long delay = options.replyDelay().toMillis()
                + (plan.latency() != null && plan.latency().afterTaken() ? plan.latency().ms() : 0);
        if (delay > 0) {
            vertx.setTimer(delay, timer -> respond(request, call, fault, answer));
        } else {
            respond(request, call, fault, answer);
        }
    }

    private Reply answer(HttpServerRequest request, String trId, byte[] body, Duration listingDelay) {
        try {
            return answerOrFail(request, trId, body, listingDelay);
        } catch (RuntimeException e) {
            LOG.error("simulator failed on {} {}", request.path(), trId, e);
            return envelope.failure(trId, "EGW00002");
        }
    }

    private Reply answerOrFail(HttpServerRequest request, String trId, byte[] body, Duration listingDelay) {
        return switch (request.path()) {
            case OAuth.TOKEN, OAuth.REVOKE, OAuth.APPROVAL -> oauth(request, body);
            case OAuth.HASHKEY -> hashkey(request, body);
            default -> uapi(request, trId, body, listingDelay);
        };
    }

    private Reply oauth(HttpServerRequest request, byte[] body) {
        String code = malformedPost(request, true);
        if (code != null) {
            return envelope.oauthFailure(code.equals("EGW00202") ? 500 : 403, code);
        }
        JsonNode node = parse(body);
        return switch (request.path()) {
            case OAuth.TOKEN -> oauth.token(node);
            case OAuth.REVOKE -> oauth.revoke(node);
            default -> oauth.approval(node);
        };
    }

    private Reply hashkey(HttpServerRequest request, byte[] body) {
        String code = malformedPost(request, true);
        if (code != null) {
            return envelope.failure("", code);
        }
        if (!header(request, "appkey").equals(options.credentials().appKey())) {
            return envelope.failure("", "EGW00103");
        }
        JsonNode node = parse(body);
        return node == null ? envelope.failure("", "EGW00101") : oauth.hashkey(node, body);
    }

    /** Facts 1.2, 1.4: a POST says it is JSON and how long it is. */
    private static String malformedPost(HttpServerRequest request, boolean postNeeded) {
        boolean post = request.method() == HttpMethod.POST;
        if (postNeeded && !post) {
            return "EGW00202";
        }
        String type = request.getHeader("content-type");
        if (type == null ? post : !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return "EGW00132";
        }
        return post && request.getHeader("content-length") == null ? "EGW00202" : null;
    }

    private Reply uapi(HttpServerRequest request, String trId, byte[] body, Duration listingDelay) {
        if (!paths.contains(request.path())) {
            return new Reply(404, Reply.JSON, new byte[0], trId, "", "");
        }
        String code = malformedPost(request, false);
        if (code == null) {
            code = door.refusal(request, trId);
        }
        if (code != null) {
            return envelope.failure(trId, code);
        }
        Tr tr = door.tr(trId);
        Map<String, String> params = tr.order() ? bodyParams(body) : queryParams(request);
        if (tr.order() && (params == null || !Trading.wellComposed(tr, params.keySet()))) {
            return envelope.failure(trId, "IGW00007");
        }
        for (String name : tr.needed()) {
            if (!params.containsKey(name)) {
                return missing(trId, name);
            }
        }
        if (tr.ledger() && !options.credentials().accountNumber().equals(params.get("CANO"))
                || tr.ledger() && !options.credentials().productCode().equals(params.get("ACNT_PRDT_CD"))) {
            return envelope.failure(trId, "OPSQ2000");
        }
        boolean nextPage = "N".equals(request.getHeader("tr_cont"));
        return operations.get(tr).apply(new KisCall(tr, trId, params, nextPage, listingDelay));
    }

    private Reply missing(String trId, String name) {
        String field = name.startsWith("FID_COND_") ? name.substring("FID_COND_".length())
                : name.startsWith("FID_") ? name.substring("FID_".length()) : name;
        return envelope.failure(trId, "OPSQ2001", "ERROR : INPUT INVALID_CHECK_" + field);
    }

    private static Map<String, String> queryParams(HttpServerRequest request) {
        Map<String, String> params = new HashMap<>();
        request.params().forEach(entry -> params.putIfAbsent(KisCall.canonical(entry.getKey()), entry.getValue()));
        return params;
    }

    /** Facts 1.4: an object whose values are all strings. Null if it is anything else. */
    private Map<String, String> bodyParams(byte[] body) {
        JsonNode node = parse(body);
        if (node == null) {
            return null;
        }
        Map<String, String> params = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                return null;
            }
            params.put(entry.getKey(), entry.getValue().textValue());
        }
        return params;
    }

    private JsonNode parse(byte[] body) {
        try {
            JsonNode node = json.readTree(body);
            return node != null && node.isObject() ? node : null;
        } catch (IOException e) {
            return null;
        }
    }

    private void respond(HttpServerRequest request, Calls.Call call, Fault fault, Reply reply) {
        if (fault == null) {
            send(request, call, reply);
            return;
        }
        switch (fault.kind()) {
            case RESET_BEFORE, RESET_AFTER -> reset(request);
            case REPLY_LOST -> {
                if (fault.ms() > 0) {
                    vertx.setTimer(fault.ms(), timer -> request.connection().close());
                }
            }
            case SLOW_BODY -> drip(request, call, reply, fault.ms());
            case CLOSE_MID_REPLY -> breakOff(request, reply);
            case CLOSE_AFTER -> head(request, call, reply).end(Buffer.buffer(reply.body()))
                    .onComplete(sent -> request.connection().close());
            default -> send(request, call, spoiled(call, fault));
        }
    }

    private Reply spoiled(Calls.Call call, Fault fault) {
        boolean oauthForm = call.path.startsWith("/oauth2/");
        Reply plain = switch (fault.kind()) {
            case BLANK500 -> envelope.failure(call.trId, 500, "1", "", "");
            case BLANK200 -> envelope.failure(call.trId, 200, "", "", "");
            case EMPTY500 -> new Reply(500, Reply.JSON, new byte[0], call.trId, "", "");
            case EMPTY200 -> new Reply(200, Reply.JSON, new byte[0], call.trId, "", "");
            case GARBAGE -> new Reply(200, Reply.JSON, OAuth.utf8("{\"rt_cd\":\"0\",\"output\":{\"stck_pr\u0000\u0007"),
                    call.trId, "", "");
            case HTML502 -> new Reply(502, "text/html; charset=utf-8", OAuth.utf8("<html><head><title>502 Bad Gateway"
                    + "</title></head><body><h1>502 Bad Gateway</h1></body></html>"), "", "", "");
            case CODE -> oauthForm
                    ? envelope.oauthFailure(403, fault.code())
                    : coded(call.trId, fault);
            default -> throw new IllegalStateException("not a reply of its own: " + fault.kind());
        };
        int status = fault.status() == null ? plain.status() : fault.status();
        byte[] body = fault.body() == null ? plain.body() : OAuth.utf8(fault.body());
        return new Reply(status, plain.contentType(), body, plain.trId(), plain.trCont(), plain.msgCd());
    }

    private Reply coded(String trId, Fault fault) {
        KisCode known = envelope.code(fault.code());
        return envelope.failure(trId, known.status(), fault.rtCd() == null ? known.rtCd() : fault.rtCd(),
                fault.code(), fault.msg1() == null ? known.msg1() : fault.msg1());
    }

    private void send(HttpServerRequest request, Calls.Call call, Reply reply) {
        HttpServerResponse response = head(request, call, reply);
        if (!response.ended() && !response.closed()) {
            response.end(Buffer.buffer(reply.body()));
        }
    }

    private HttpServerResponse head(HttpServerRequest request, Calls.Call call, Reply reply) {
        calls.answered(call, reply.status(), reply.msgCd());
        HttpServerResponse response = request.response().setStatusCode(reply.status());
        response.putHeader("content-type", reply.contentType());
        if (call.path.startsWith("/uapi/")) {
            response.putHeader("tr_id", reply.trId()).putHeader("tr_cont", reply.trCont())
                    .putHeader("gt_uid", gtUid(request));
        }
        return response;
    }

    private String gtUid(HttpServerRequest request) {
        String given = request.getHeader("gt_uid");
        return given == null || given.isBlank() ? "%032x".formatted(lastGtUid.incrementAndGet()) : given;
    }

    private void drip(HttpServerRequest request, Calls.Call call, Reply reply, long millis) {
        HttpServerResponse response = head(request, call, reply);
        byte[] body = reply.body();
        response.putHeader("content-length", Integer.toString(body.length));
        int drop = Math.max(1, body.length / DROPS);
        response.write(Buffer.buffer(0));
        dripFrom(response, body, 0, drop, Math.max(1, millis * drop / Math.max(1, body.length)));
    }

    private void dripFrom(HttpServerResponse response, byte[] body, int from, int drop, long pause) {
        if (response.closed() || response.ended()) {
            return;
        }
        int to = Math.min(body.length, from + drop);
        response.write(Buffer.buffer().appendBytes(body, from, to - from));
        if (to == body.length) {
            response.end();
        } else {
            vertx.setTimer(pause, timer -> dripFrom(response, body, to, drop, pause));
        }
    }

    private static void breakOff(HttpServerRequest request, Reply reply) {
        byte[] body = reply.body();
        HttpServerResponse response = request.response().setStatusCode(reply.status());
        response.putHeader("content-type", reply.contentType());
        response.putHeader("content-length", Integer.toString(body.length));
        response.write(Buffer.buffer().appendBytes(body, 0, body.length / 2))
                .onComplete(written -> request.connection().close());
    }

    /** A real RST: closing with linger 0 throws away what is under way. Vert.x offers no way of its own. */
    private static void reset(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection
                && connection.channel().config() instanceof SocketChannelConfig config) {
            config.setSoLinger(0);
        }
        request.connection().close();
    }
}
