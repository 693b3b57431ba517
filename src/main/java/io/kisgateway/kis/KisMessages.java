package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.KisMessage;

/** Reads what KIS says from a reply. */
final class KisMessages {

    static final KisMessage NONE = new KisMessage("", "");

    private KisMessages() {}

    /** The code and text of an operation's reply, or of the token endpoint's (facts 2.1: two other names). */
    static KisMessage of(JsonNode reply) {
        String code = text(reply, "msg_cd");
        return code.isEmpty() && reply.has("error_code")
                ? new KisMessage(text(reply, "error_code"), text(reply, "error_description"))
                : new KisMessage(code, text(reply, "msg1"));
    }

    /** A member's text without its padding; empty if it is absent or no scalar. */
    static String text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isValueNode() && !value.isNull() ? value.asText().strip() : "";
    }
}
