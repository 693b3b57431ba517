package io.kisgateway.kis;

import io.kisgateway.kis.ReplyReader.Asked;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * One request to one KIS operation (TR), without the account and without credentials: those are added where the bytes
 * leave, so that no log, message or management view can show them.
 *
 * @param path       such as {@code /uapi/domestic-stock/v1/quotations/inquire-price}
 * @param trId       for the present environment
 * @param parameters in upper case, every value a string, blanks included
 * @param ledger     whether the account's two parameters belong to it
 * @param order      whether it places or changes an order; such parameters go as a JSON body, others as the query
 * @param numbered   of an order, whether KIS's reply to it must hold its number
 * @param next       whether it asks for a further page ({@code tr_cont: N})
 * @param passed     what is sent instead of the parameters, byte by byte; or null
 */
record TrCall(String path, String trId, Map<String, String> parameters, boolean ledger, boolean order, boolean numbered,
        boolean next, Passed passed) {

    /** What the parameters begin with that say where the next page begins. */
    static final String POSITION = "CTX_AREA_";

    TrCall(String path, String trId, Map<String, String> parameters, boolean ledger, boolean order, boolean numbered, boolean next) {
        this(path, trId, parameters, ledger, order, numbered, next, null);
    }

    TrCall {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** The same for a further page, some parameters replaced. */
    TrCall nextPage(boolean trCont, Map<String, String> replaced) {
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.putAll(replaced);
        return new TrCall(path, trId, changed, ledger, order, numbered, trCont);
    }

    Asked asked() {
        return order ? numbered ? Asked.NUMBERED_ORDER : Asked.ORDER : passed == null ? Asked.QUERY : Asked.PASSED;
    }

    /** Parameters as a query string; safe whatever the values hold. */
    static String query(Map<String, String> parameters) {
        StringJoiner query = new StringJoiner("&");
        parameters.forEach((name, value) -> query.add(encode(name) + '=' + encode(value)));
        return query.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
