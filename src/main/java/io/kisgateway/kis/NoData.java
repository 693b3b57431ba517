package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.kis.KisCodes.Kind;
import io.kisgateway.kis.KisCodes.Rule;

/** Whether a reply of KIS says that there is nothing to show; one that merely shows nothing does not say so. */
public final class NoData {

    private static final KisCodes CODES = KisCodes.load();

    private NoData() {}

    public static boolean isSaidBy(JsonNode reply) {
        Rule rule = CODES.find(KisMessages.of(reply).msgCd());
        return rule != null && rule.kind() == Kind.EMPTY;
    }
}
