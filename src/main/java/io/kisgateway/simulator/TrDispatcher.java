package io.kisgateway.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.runtime.KisOperation;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Answers a call: checks its form, sends it past the gate, reads its parameters and hands it to its operation. */
final class TrDispatcher {

    private final SimulatorOptions options;
    private final Envelope envelope;
    private final RequestGate gate;
    private final Offers offers;
    private final OAuth oauth;
    private final Operations operations;
    private final Stubs stubs;
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    TrDispatcher(SimulatorOptions options, Envelope envelope, RequestGate gate, Offers offers, OAuth oauth, Operations operations,
            Stubs stubs) {
        this.options = options;
        this.envelope = envelope;
        this.gate = gate;
        this.offers = offers;
        this.oauth = oauth;
        this.operations = operations;
        this.stubs = stubs;
    }

    Reply answer(HttpServerRequest request, String trId, byte[] body, KisCall.Circumstances circumstances) {
        String path = options.strict() ? request.path() : request.path().replaceAll("//+", "/");
        return switch (path) {
            case OAuth.TOKEN, OAuth.REVOKE, OAuth.APPROVAL -> oauth(request, path, body);
            case OAuth.HASHKEY -> hashkey(request, body);
            default -> uapi(request, path, trId, body, circumstances);
        };
    }

    private Reply oauth(HttpServerRequest request, String path, byte[] body) {
        Optional<String> malformed = malformedPost(request);
        if (malformed.isPresent()) {
            return envelope.oauthFailure(malformed.get().equals("EGW00202") ? 500 : 403, malformed.get());
        }
        return parse(body)
                .map(node -> switch (path) {
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

    private Optional<String> malformedPost(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.POST)) {
            return Optional.of("EGW00202");
        }
        // One client in use asks for tokens and hashes with text/plain.
        boolean plain = "text/plain".equals(type(request).replaceFirst(";.*", ""));
        return plain && !options.strict() ? Optional.empty() : malformed(request);
    }

    private static String type(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        return type == null ? "" : type.toLowerCase(Locale.ROOT);
    }

    /** Facts 1.2, 1.4: a POST says that it is JSON and how long it is. */
    private static Optional<String> malformed(HttpServerRequest request) {
        boolean post = request.method().equals(HttpMethod.POST);
        String type = type(request);
        if (type.isEmpty() ? post : !type.startsWith("application/json")) {
            return Optional.of("EGW00132");
        }
        return post && request.getHeader("content-length") == null ? Optional.of("EGW00202") : Optional.empty();
    }

    private Reply uapi(HttpServerRequest request, String path, String trId, byte[] body,
            KisCall.Circumstances circumstances) {
        if (!offers.hasPath(path)) {
            return new Reply(404, Reply.JSON, new byte[0], trId, "", "");
        }
        Optional<String> refusal = malformed(request).or(() -> gate.refusal(request, path, trId));
        if (refusal.isPresent()) {
            return envelope.failure(trId, refusal.get());
        }
        KisOperation offer = offers.under(trId).stream().filter(one -> one.path().equals(path)).findFirst().orElseThrow();
        Optional<Map<String, String>> params = offer.order() ? bodyParams(offer, body) : Optional.of(queryParams(request));
        if (params.isEmpty()) {
            return envelope.failure(trId, "IGW00007");
        }
        if (offer.order() && wrongHash(request.getHeader("hashkey"), body)) {
            return envelope.failure(trId, "EGW00131");
        }
        boolean nextPage = "N".equals(request.getHeader("tr_cont"));
        KisCall call = new KisCall(trId, params.get(), nextPage, circumstances);
        return complaint(offer, call).orElseGet(() -> operations.plays(offer) ? operations.answer(offer, call)
                : stubs.answer(call, offer.path(), offer.order()));
    }

    private Optional<Reply> complaint(KisOperation offer, KisCall call) {
        for (String name : operations.plays(offer) ? Trading.needed(offer) : List.<String>of()) {
            boolean dispensable = !options.strict() && name.equals("EXCG_ID_DVSN_CD");
            if (!call.params().containsKey(name) && !dispensable) {
                return Optional.of(envelope.invalid(call, name.replaceFirst("^FID_(COND_)?", "")));
            }
        }
        boolean named = operations.plays(offer) || call.params().containsKey("CANO");
        boolean foreign = offer.ledger() && named
                && !(call.get("CANO") + "-" + call.get("ACNT_PRDT_CD")).equals(options.credentials().account());
        return foreign ? Optional.of(envelope.failure(call.trId(), "OPSQ2000")) : Optional.empty();
    }

    private boolean wrongHash(String hash, byte[] body) {
        return hash != null && !hash.isBlank()
                && !parse(body).map(OAuth::hash).filter(hash::equals).isPresent();
    }

    private Map<String, String> queryParams(HttpServerRequest request) {
        Map<String, String> params = new HashMap<>();
        request.params().forEach(entry -> params.putIfAbsent(KisCall.canonical(entry.getKey(), options.strict()), entry.getValue()));
        return params;
    }

    /** Facts 1.4: an object of the keys the TR knows, all values strings; empty if the body is anything else. */
    private Optional<Map<String, String>> bodyParams(KisOperation offer, byte[] body) {
        Optional<JsonNode> node = parse(body);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> params = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.get().properties()) {
            JsonNode value = entry.getValue();
            if (!value.isTextual() && (options.strict() || !value.isIntegralNumber() && !value.isNull())) {
                return Optional.empty();
            }
            if (!value.isNull()) {
                params.put(entry.getKey(), value.asText());
            }
        }
        return !operations.plays(offer) || Trading.wellComposed(offer, params.keySet(), options.strict()) ? Optional.of(params)
                : Optional.empty();
    }

    private Optional<JsonNode> parse(byte[] body) {
        try {
            return Optional.ofNullable(json.readTree(body)).filter(JsonNode::isObject);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
