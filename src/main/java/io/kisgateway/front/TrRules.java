package io.kisgateway.front;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RawRequest;
import io.kisgateway.runtime.KisOperation;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What is refused here, in KIS's words, before anything is sent: TR ids that do not fit, accounts that are not the gateway's. */
final class TrRules {

    private static final Pattern TR_ID = Pattern.compile("[A-Z0-9]{4,20}");
    private static final Pattern PATH = Pattern.compile("/uapi(/[A-Za-z0-9._-]+)+");
    private static final int DELETE = 0x7F;
    private static final Pattern ORDERS_NOTHING = Pattern.compile("FID_[A-Z0-9_]+=[A-Za-z0-9_.-]*(?:&FID_[A-Z0-9_]+=[A-Za-z0-9_.-]*)*");
    private static final String CHANGES = "U";
    private static final String ACCOUNT = "CANO";
    private static final String PRODUCT = "ACNT_PRDT_CD";

    private final Supplier<KisOperations> operations;
    private final FrontSettings settings;

    TrRules(Supplier<KisOperations> operations, FrontSettings settings) {
        this.operations = operations;
        this.settings = settings;
    }

    /**
     * The request's TR id. What ends in U changes something at KIS and comes by POST, all else by GET: all of KIS's ids are so, and
     * one that is not known is never taken for what may be repeated.
     */
    String trId(Call call, RawRequest request, boolean order) {
        if (!PATH.matcher(request.path()).matches() || request.path().contains("/.")) {
            throw Refusals.of(call, KisSays.NOT_ROUTED, ProblemCode.INVALID_REQUEST, "KIS has no such path");
        }
        String trId = request.header("tr_id");
        if (trId.isEmpty() || !TR_ID.matcher(trId).matches()) {
            throw Refusals.of(call, KisSays.NO_TR_ID);
        }
        if (trId.endsWith(CHANGES) != order) {
            throw Refusals.of(call, KisSays.NOT_ROUTED, ProblemCode.INVALID_REQUEST,
                    order ? "A POST needs a TR id that ends in U" : "A TR id that ends in U needs POST");
        }
        boolean ofVirtual = trId.startsWith("V");
        if (ofVirtual && !settings.virtual()) {
            throw Refusals.of(call, KisSays.VIRTUAL_AT_REAL);
        }
        if (settings.virtual() && !ofVirtual && !trId.matches("[FH].*")) {
            boolean offered = operations.get().at(request.path()).filter(one -> !one.virtualIds().isEmpty()).isPresent();
            throw Refusals.of(call, offered ? KisSays.REAL_AT_VIRTUAL : KisSays.NOT_OFFERED);
        }
        return trId;
    }

    /** Whose permits it takes: of a number that is known, whatever callers make up. */
    String limit(String path) {
        return "kis-" + operations.get().at(path).map(KisOperation::name).orElse("other");
    }

    /** KIS's own with this TR id at this path. */
    Optional<KisOperation> operation(String path, String trId) {
        return operations.get().at(path).filter(one -> one.realIds().contains(trId) || one.virtualIds().contains(trId));
    }

    /** What is ordered stands in the body alone: a query may name what prices are asked for, as one client in use has it. */
    void requireNothingOrdered(Call call, String query) {
        if (!query.isEmpty() && !ORDERS_NOTHING.matcher(query).matches()) {
            throw Refusals.of(call, KisSays.INVALID);
        }
    }

    void requireOwnAccount(Call call, String query) {
        if (query.chars().anyMatch(one -> one < ' ' || one == DELETE)) {
            throw Refusals.of(call, KisSays.INVALID);
        }
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            requireOwn(call, decoded(call, equals < 0 ? pair : pair.substring(0, equals)),
                    equals < 0 ? "" : decoded(call, pair.substring(equals + 1)));
        }
    }

    /** Wherever in the body it stands. */
    void requireOwnAccount(Call call, JsonNode body) {
        body.properties().forEach(member -> requireOwn(call, member.getKey(), member.getValue().asText()));
        body.forEach(inner -> requireOwnAccount(call, inner));
    }

    private void requireOwn(Call call, String name, String value) {
        if (name.strip().equalsIgnoreCase(ACCOUNT) && !value.strip().equals(settings.account())
                || name.strip().equalsIgnoreCase(PRODUCT) && !value.strip().equals(settings.product())) {
            throw Refusals.of(call, KisSays.OTHER_ACCOUNT);
        }
    }

    private static String decoded(Call call, String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusals.of(call, KisSays.INVALID);
        }
    }
}
