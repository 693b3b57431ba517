package io.kisgateway.simulator;

import io.kisgateway.runtime.KisOperation;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** KIS' front gate for /uapi: who calls, how often, and for what (facts 1.2, 3.0, 4.2). */
final class RequestGate {

    private static final String BEARER = "Bearer ";

    private final SimulatorOptions options;
    private final Tokens tokens;
    private final InstantSource clock;
    private final RateGate calls;
    private final RateGate ledgerCalls;
    private final Offers offers;

    RequestGate(SimulatorOptions options, Tokens tokens, Offers offers) {
        this.options = options;
        this.tokens = tokens;
        this.clock = options.clock();
        this.calls = new RateGate(options.rateLimits().perSecond());
        this.ledgerCalls = new RateGate(options.rateLimits().ledgerPerSecond());
        this.offers = offers;
    }

    Optional<String> refusal(HttpServerRequest request, String path, String trId) {
        return credentials(request.headers())
                .or(() -> customer(request.headers()))
                .or(() -> calls.admits(clock.instant()) ? Optional.empty() : Optional.of("EGW00201"))
                .or(() -> route(request, path, trId));
    }

    private Optional<String> credentials(MultiMap headers) {
        return keyPair(options, headers.get("appkey"), headers.get("appsecret"), "EGW00304")
                .or(() -> bearer(headers.get("authorization")));
    }

    /** Empty for the right one. @param wrongSecret what is said of a wrong secret */
    static Optional<String> keyPair(SimulatorOptions options, String appKey, String secret, String wrongSecret) {
        if (appKey == null || appKey.isEmpty()) {
            return Optional.of("EGW00102");
        }
        if (appKey.equals(options.other().appKey())) {
            return Optional.of(options.mode() == Mode.REAL ? "EGW02004" : "EGW02007");
        }
        if (!appKey.equals(options.credentials().appKey())) {
            return Optional.of("EGW00103");
        }
        if (secret == null || secret.isEmpty()) {
            return Optional.of("EGW00104");
        }
        return secret.equals(options.credentials().appSecret()) ? Optional.empty() : Optional.of(wrongSecret);
    }

    private Optional<String> bearer(String authorization) {
        if (authorization == null || authorization.isEmpty()) {
            return Optional.of("EGW00121");
        }
        if (!authorization.startsWith(BEARER)) {
            return Optional.of("EGW00205");
        }
        return switch (tokens.standing(authorization.substring(BEARER.length()))) {
            case VALID -> Optional.empty();
            case UNKNOWN -> Optional.of("EGW00121");
            case EXPIRED -> Optional.of("EGW00123");
        };
    }

    private static Optional<String> customer(MultiMap headers) {
        String type = headers.get("custtype");
        if (type == null || type.isEmpty() || type.equals("P")) {
            return Optional.empty();
        }
        if (!type.equals("B")) {
            return Optional.of("EGW00208");
        }
        return "001".equals(headers.get("seq_no")) ? Optional.empty() : Optional.of("EGW00209");
    }

    private Optional<String> route(HttpServerRequest request, String path, String trId) {
        List<KisOperation> under = offers.under(trId);
        if (under.isEmpty()) {
            return Optional.of(unknownTr(trId));
        }
        if (!under.get(0).method().equals(request.method().name())) {
            return Optional.of("EGW00202");
        }
        Optional<KisOperation> here = under.stream().filter(offer -> offer.path().equals(path)).findFirst();
        if (here.isEmpty()) {
            return Optional.of(options.mode() == Mode.REAL ? "EGW00202" : "MCA00124");
        }
        return here.get().ledger() && !ledgerCalls.admits(clock.instant()) ? Optional.of("EGW00215") : Optional.empty();
    }

    /** The virtual host tells a TR of the real host from one that is nowhere; the real one cannot route either. */
    private String unknownTr(String trId) {
        if (trId.isEmpty()) {
            return "EGW00310";
        }
        if (options.mode() == Mode.REAL) {
            return "EGW00202";
        }
        return offers.elsewhere(trId) ? "EGW02006" : "MCA00124";
    }

    void reset() {
        calls.clear();
        ledgerCalls.clear();
    }
}
