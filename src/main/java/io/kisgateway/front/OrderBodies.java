package io.kisgateway.front;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.PassedOrder;
import io.kisgateway.call.RawRequest;
import io.kisgateway.call.Scope;
import io.kisgateway.runtime.KisOperation;
import io.kisgateway.runtime.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads what an order to KIS orders, as far as guard, journal and lookup need it. Orders of the day for cash are read whole; of all
 * others that much that a bound can be kept.
 */
final class OrderBodies {

    private static final String DOMESTIC = "/uapi/domestic-stock/v1/trading/";
    private static final Set<String> BUYS = Set.of("TTTC0012U", "TTTC0802U");
    private static final Set<String> SELLS = Set.of("TTTC0011U", "TTTC0801U");
    /** These cancel; others that can, say it in their body. */
    private static final Set<String> CANCELS = Set.of("CTSC0009U", "TTTT3017U", "OTFM3003U");
    /** Facts 3.10: 02 cancels. Any other operation does what it does, whatever its body says of this. */
    private static final String CANCEL = "02";
    private static final String DIVISION = "RVSE_CNCL_DVSN_CD";
    private static final Pattern CHANGES = Pattern.compile(".*/[a-z-]*order-(?:resv-)?(?:rvsecncl|ccnl)");
    /** How operations name the order that they are for, and how KIS named it when it took it. */
    private static final Map<String, String> ORIGINALS =
            Map.of("ORGN_ODNO", "ODNO", "RSVN_ORD_SEQ", "RSVN_ORD_SEQ", "OVRS_RSVN_ODNO", "OVRS_RSVN_ODNO");
    private static final String LIMIT = "00";
    private static final Set<String> EXCHANGES = Set.of("KRX", "NXT", "SOR");
    private static final String[] QUANTITIES = {"ORD_QTY", "ORD_QTY2", "FT_ORD_QTY", "FM_ORD_QTY"};
    private static final Pattern CODE = Pattern.compile("[0-9A-Z]{6}|Q[0-9]{6}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private OrderBodies() {}

    /** @param operation KIS's own of this path and TR id, if it has one */
    static PassedOrder read(Optional<KisOperation> operation, RawRequest request, String trId, ObjectNode body) {
        String path = request.path();
        String fingerprint = Sha256.hex(path + (request.query().isEmpty() ? "" : '?' + request.query()) + '\n' + trId + '\n'
                + new String(request.body(), StandardCharsets.ISO_8859_1), 16);
        String real = trId.startsWith("V") ? "T" + trId.substring(1) : trId;
        boolean twice = isSpeltTwice(body);
        String original = original(path, body, twice);
        if (!twice && operation.isPresent() && cancels(operation.get(), real, body)) {
            return new PassedOrder("cancel", null, 0, 0, null, null, original, false, fingerprint);
        }
        String side = !path.equals(DOMESTIC + "order-cash") ? null : BUYS.contains(real) ? "buy" : SELLS.contains(real) ? "sell" : null;
        if (twice) {
            return new PassedOrder(side == null ? "other" : side, null, 0, 0, null, null, original, false, fingerprint);
        }
        boolean domestic = path.startsWith(DOMESTIC);
        String named = said(operation, body, "PDNO");
        String code = domestic && CODE.matcher(named).matches() ? named : null;
        boolean all = side == null && "Y".equals(said(operation, body, "QTY_ALL_ORD_YN", "RMN_QTY_YN"));
        long quantity = all ? 0 : number(said(operation, body, QUANTITIES));
        // A price that KIS does not look at is none: what is ordered at the market must not count as cheap.
        boolean limit = LIMIT.equals(said(operation, body, "ORD_DVSN", "ORD_DVSN_CD"));
        long price = domestic && limit ? number(said(operation, body, "ORD_UNPR")) : 0;
        if (side == null) {
            return new PassedOrder("other", code, quantity, price, null, null, original, false, fingerprint);
        }
        String exchange = Envelopes.text(body, "EXCG_ID_DVSN_CD");
        boolean known = EXCHANGES.contains(exchange);
        boolean whole = code != null && quantity > 0 && NUMBER.matcher(Envelopes.text(body, "ORD_UNPR")).matches()
                && (exchange.isEmpty() || known);
        return new PassedOrder(side, code, quantity, whole ? number(Envelopes.text(body, "ORD_UNPR")) : price,
                Envelopes.text(body, "ORD_DVSN"), known ? exchange : null, original,
                whole, fingerprint);
    }

    /** A member that the operation does not have says nothing: a purchase does not become a cancellation by one. */
    private static boolean cancels(KisOperation operation, String real, ObjectNode body) {
        return CANCELS.contains(real) || operation.parameters().contains(DIVISION) && CANCEL.equals(Envelopes.text(body, DIVISION));
    }

    /** What KIS called the order that this one is for; empty if it cannot be told, null if it is for none. */
    private static String original(String path, ObjectNode body, boolean twice) {
        List<String> named = new ArrayList<>();
        body.properties().forEach(member -> {
            String name = ORIGINALS.get(member.getKey().strip().toUpperCase(Locale.ROOT));
            if (name != null && !member.getValue().asText("?").isBlank()) {
                named.add(ORIGINALS.containsKey(member.getKey()) ? name + ' ' + Envelopes.text(body, member.getKey()) : "");
            }
        });
        if (named.isEmpty()) {
            return CHANGES.matcher(path).matches() ? "" : null;
        }
        return twice || named.size() > 1 ? "" : named.get(0);
    }

    /** Nobody knows which of two spellings KIS reads, so nothing is known of the order. */
    private static boolean isSpeltTwice(ObjectNode body) {
        Set<String> names = new HashSet<>();
        return body.propertyStream().anyMatch(member -> !names.add(member.getKey().toUpperCase(Locale.ROOT)));
    }

    /** What a client needs to be allowed. */
    static Scope[] scopes(PassedOrder order) {
        return switch (order.action()) {
            case "buy" -> new Scope[] {Scope.BUY};
            case "sell" -> new Scope[] {Scope.SELL};
            case "cancel" -> new Scope[] {Scope.CANCEL};
            default -> new Scope[] {Scope.BUY, Scope.SELL};
        };
    }

    /** Under the one of these names that the operation has, which KIS reads alone; of one that is not known, what all of them say. */
    private static String said(Optional<KisOperation> operation, ObjectNode body, String... names) {
        List<String> said = Stream.of(names).filter(name -> operation.map(one -> one.parameters().contains(name)).orElse(true))
                .map(name -> Envelopes.text(body, name)).filter(text -> !text.isEmpty()).distinct().toList();
        return said.size() == 1 ? said.get(0) : "";
    }

    /** 0 if it is none, or too large for any order. */
    private static long number(String text) {
        return NUMBER.matcher(text).matches() ? Long.parseLong(text) : 0;
    }
}
