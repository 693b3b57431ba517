package io.kisgateway.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Answers a call: checks its form, sends it past the door, reads its parameters and hands it to its operation. */
final class TrDispatcher {

    private final SimulatorOptions options;
    private final Envelope envelope;
    private final RequestGate door;
    private final OAuth oauth;
    private final Map<Tr, Function<KisCall, Reply>> operations = new EnumMap<>(Tr.class);
    private final Set<String> paths = new HashSet<>();
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    TrDispatcher(SimulatorOptions options, Envelope envelope, RequestGate door, Tokens tokens, Market market, OrderBook book) {
        this.options = options;
        this.envelope = envelope;
        this.door = door;
        this.oauth = new OAuth(options, envelope, tokens);
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
        operations.keySet().forEach(tr -> paths.add(tr.path()));
    }

    Reply answer(HttpServerRequest request, String trId, byte[] body,
                 KisCall.Circumstances circumstances) {
        return switch (request.path()) {
            case OAuth.TOKEN, OAuth.REVOKE, OAuth.APPROVAL -> oauth(request, body);
            case OAuth.HASHKEY -> hashkey(request, body);
            default -> uapi(request, trId, body, circumstances);
        };
    }

    private Reply oauth(HttpServerRequest request, byte[] body) {
        Optional<String> malformed = malformedPost(request);
        if (malformed.isPresent()) {
            return envelope.oauthFailure(malformed.get().equals("EGW00202") ? 500 : 403, malformed.get());
        }
        return parse(body)
                .map(node -> switch (request.path()) {
                    case OAuth.TOKEN -> oauth.token(node);
                    case OAuth.REVOKE -> oauth.revoke(node);
                    default -> oauth.approval(node);
                })
                .orElseGet(() -> envelope.oauthFailure(403, "EGW00101"));
    }

    private Reply hashkey(HttpServerRequest request, byte[] body) {
        Optional<String> malformed = malformedPost(request);
        if (malformed.isPresent()) {
            return envelope.failure("", malformed.get());
        }
        if (!options.credentials().appKey().equals(request.getHeader("appkey"))) {
            return envelope.failure("", "EGW00103");
        }
        return parse(body).map(oauth::hashkey).orElseGet(() -> envelope.failure("", "EGW00101"));
    }

    private static Optional<String> malformedPost(HttpServerRequest request) {
        return request.method().equals(HttpMethod.POST) ? malformed(request) : Optional.of("EGW00202");
    }

    /** Facts 1.2, 1.4: a POST says that it is JSON and how long it is. */
    private static Optional<String> malformed(HttpServerRequest request) {
        boolean post = request.method().equals(HttpMethod.POST);
        String type = request.getHeader("content-type");
        if (type == null ? post : !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return Optional.of("EGW00132");
        }
        return post && request.getHeader("content-length") == null ? Optional.of("EGW00202") : Optional.empty();
    }

    private Reply uapi(HttpServerRequest request, String trId, byte[] body, KisCall.Circumstances circumstances) {
        if (!paths.contains(request.path())) {
            return new Reply(404, Reply.JSON, new byte[0], trId, "", "");
        }
        Optional<String> refusal = malformed(request).or(() -> door.refusal(request, trId));
        if (refusal.isPresent()) {
            return envelope.failure(trId, refusal.get());
        }
        Tr tr = door.tr(trId);
        Optional<Map<String, String>> params = tr.order() ? bodyParams(tr, body) : Optional.of(queryParams(request));
        if (params.isEmpty()) {
            return envelope.failure(trId, "IGW00007");
        }
        if (tr.order() && wrongHash(request.getHeader("hashkey"), body)) {
            return envelope.failure(trId, "EGW00131");
        }
        boolean nextPage = "N".equals(request.getHeader("tr_cont"));
        KisCall call = new KisCall(tr, trId, params.get(), nextPage, circumstances);
        return complaint(call).orElseGet(() -> operations.get(tr).apply(call));
    }

    private Optional<Reply> complaint(KisCall call) {
        for (String name : call.tr().needed()) {
            if (!call.params().containsKey(name)) {
                return Optional.of(envelope.failure(call.trId(), "OPSQ2001",
                        "ERROR : INPUT INVALID_CHECK_" + name.replaceFirst("^FID_(COND_)?", "")));
            }
        }
        boolean foreign = call.tr().ledger()
                && !(call.get("CANO") + "-" + call.get("ACNT_PRDT_CD")).equals(options.credentials().account());
        return foreign ? Optional.of(envelope.failure(call.trId(), "OPSQ2000")) : Optional.empty();
    }

    private boolean wrongHash(String hash, byte[] body) {
        return hash != null && !hash.isBlank()
                && !parse(body).map(OAuth::hash).filter(hash::equals).isPresent();
    }

    private static Map<String, String> queryParams(HttpServerRequest request) {
        Map<String, String> params = new HashMap<>();
        request.params().forEach(entry -> params.putIfAbsent(KisCall.canonical(entry.getKey()), entry.getValue()));
        return params;
    }

    /** Facts 1.4: an object of the keys the TR knows, all values strings; empty if the body is anything else. */
    private Optional<Map<String, String>> bodyParams(Tr tr, byte[] body) {
        Optional<JsonNode> node = parse(body);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> params = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.get().properties()) {
            if (!entry.getValue().isTextual()) {
                return Optional.empty();
            }
            params.put(entry.getKey(), entry.getValue().textValue());
        }
        return Trading.wellComposed(tr, params.keySet()) ? Optional.of(params) : Optional.empty();
    }

    private Optional<JsonNode> parse(byte[] body) {
        try {
            return Optional.ofNullable(json.readTree(body)).filter(JsonNode::isObject);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
