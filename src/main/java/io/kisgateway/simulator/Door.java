package io.kisgateway.simulator;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** KIS' front gate for /uapi: who calls, how often, and for what (facts 1.2, 3.0, 4.2). Answers a code, or null. */
final class Door {

    private static final String BEARER = "Bearer ";

    private final SimulatorOptions options;
    private final Tokens tokens;
    private final InstantSource clock;
    private final RateGate calls;
    private final RateGate ledgerCalls;
    private final Map<String, Tr> offered = new HashMap<>();
    private final Map<String, Tr> elsewhere = new HashMap<>();

    Door(SimulatorOptions options, Tokens tokens) {
        this.options = options;
        this.tokens = tokens;
        this.clock = options.clock();
        this.calls = new RateGate(options.rateLimits().perSecond());
        this.ledgerCalls = new RateGate(options.rateLimits().ledgerPerSecond());
        Mode opposite = options.mode() == Mode.REAL ? Mode.VIRTUAL : Mode.REAL;
        for (Tr tr : Tr.values()) {
            tr.ids(options.mode()).forEach(id -> offered.put(id, tr));
            tr.ids(opposite).forEach(id -> elsewhere.put(id, tr));
        }
    }

    Tr tr(String trId) {
        return offered.get(trId);
    }

    String refusal(HttpServerRequest request, String trId) {
        MultiMap headers = request.headers();
        String code = credentials(headers);
        if (code == null) {
            code = customer(headers);
        }
        if (code == null && !calls.admits(clock.instant())) {
            code = "EGW00201";
        }
        if (code == null) {
            code = route(request, trId);
        }
        return code;
    }

    private String credentials(MultiMap headers) {
        String appKey = headers.get("appkey");
        if (appKey == null || appKey.isEmpty()) {
            return "EGW00102";
        }
        if (appKey.equals(options.other().appKey())) {
            return options.mode() == Mode.REAL ? "EGW02004" : "EGW02007";
        }
        if (!appKey.equals(options.credentials().appKey())) {
            return "EGW00103";
        }
        String secret = headers.get("appsecret");
        if (secret == null || secret.isEmpty()) {
            return "EGW00104";
        }
        if (!secret.equals(options.credentials().appSecret())) {
            return "EGW00304";
        }
        String authorization = headers.get("authorization");
        if (authorization == null || authorization.isEmpty()) {
            return "EGW00121";
        }
        if (!authorization.startsWith(BEARER)) {
            return "EGW00205";
        }
        return switch (tokens.standing(authorization.substring(BEARER.length()))) {
            case VALID -> null;
            case UNKNOWN -> "EGW00121";
            case EXPIRED -> "EGW00123";
        };
    }

    private static String customer(MultiMap headers) {
        String type = headers.get("custtype");
        if (type == null || type.isEmpty() || type.equals("P")) {
            return null;
        }
        if (!type.equals("B")) {
            return "EGW00208";
        }
        return "001".equals(headers.get("seq_no")) ? null : "EGW00209";
    }

    private String route(HttpServerRequest request, String trId) {
        Tr tr = offered.get(trId);
        if (tr == null) {
            return unknownTr(trId);
        }
        if (!tr.path().equals(request.path()) || !tr.method().equals(request.method().name())) {
            return "EGW00202";
        }
        return tr.ledger() && !ledgerCalls.admits(clock.instant()) ? "EGW00215" : null;
    }

    /** The virtual host tells a TR of the real host from one that is nowhere; the real one cannot route either. */
    private String unknownTr(String trId) {
        if (trId.isEmpty()) {
            return "EGW00310";
        }
        if (options.mode() == Mode.VIRTUAL) {
            return elsewhere.containsKey(trId) ? "EGW02006" : "MCA00124";
        }
        return "EGW00202";
    }

    void reset() {
        calls.clear();
        ledgerCalls.clear();
    }
}
