package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.kis.KisCodes.Kind;
import io.kisgateway.kis.KisCodes.Rule;

/** Whether a reply of KIS says that there is nothing to show; one that merely shows nothing does not say so. */
public final class NoData {

    private static final KisCodes CODES = KisCodes.LISTED;

    private NoData() {}

    public static boolean isSaidBy(JsonNode reply) {
        Rule rule = CODES.find(KisMessages.of(reply).msgCd());
        return rule != null && rule.kind() == Kind.EMPTY;
    }

    /** Whether what a reply does not show may be taken as not there: not if it speaks of a failure, or says nothing at all. */
    public static boolean mayBeSaidBy(JsonNode reply) {
        String code = KisMessages.of(reply).msgCd();
        Rule rule = CODES.find(code);
        return !code.isEmpty() && (rule == null || rule.kind() == Kind.EMPTY || rule.kind() == Kind.SUCCESS);
    }
}
