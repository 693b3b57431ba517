package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.runtime.Sha256;
import java.util.Optional;

/** /oauth2/* and /uapi/hashkey (facts section 2): what needs no bearer. */
final class OAuth {

    static final String TOKEN = "/oauth2/tokenP";
    static final String REVOKE = "/oauth2/revokeP";
    static final String APPROVAL = "/oauth2/Approval";
    static final String HASHKEY = "/uapi/hashkey";

    private final SimulatorOptions options;
    private final Envelope envelope;
    private final Tokens tokens;
    private final Approvals approvals;

    OAuth(SimulatorOptions options, Envelope envelope, Tokens tokens, Approvals approvals) {
        this.options = options;
        this.envelope = envelope;
        this.tokens = tokens;
        this.approvals = approvals;
    }

    Reply token(JsonNode body) {
        return refusalOfGrant(body, "appsecret").orElseGet(() -> tokens.issue()
                .map(issue -> json(new Fields()
                        .with("access_token", issue.value())
                        .with("access_token_token_expired", Texts.moment(issue.expiresAt()))
                        .with("token_type", "Bearer")
                        .withNumber("expires_in", issue.secondsLeft())))
                .orElseGet(() -> envelope.oauthFailure(403, "EGW00133")));
    }

    Reply revoke(JsonNode body) {
        return refusal(body, "appsecret").orElseGet(() -> tokens.revoke(text(body, "token"))
                ? json(new Fields().withNumber("code", 200).with("message", "접근토큰 폐기에 성공하였습니다"))
                : envelope.oauthFailure(403, "EGW00121"));
    }

    /** Facts 2.3: the same secret goes by another name here. */
    Reply approval(JsonNode body) {
        return refusalOfGrant(body, "secretkey")
                .orElseGet(() -> json(new Fields().with("approval_key", approvals.issue())));
    }

    Reply hashkey(JsonNode body) {
        Fields echo = new Fields();
        body.properties().forEach(entry -> echo.with(entry.getKey(), entry.getValue().asText()));
        return json(new Fields().with("BODY", echo).with("HASH", hash(body)));
    }

    /** Of the object, not of its spelling: blanks between members do not matter. */
    static String hash(JsonNode body) {
        return Sha256.hex(body.toString(), 32);
    }

    private Optional<Reply> refusalOfGrant(JsonNode body, String secretName) {
        if (text(body, "grant_type").isEmpty()) {
            return refused("EGW00115");
        }
        return text(body, "grant_type").equals("client_credentials")
                ? refusal(body, secretName) : refused("EGW00116");
    }

    private Optional<Reply> refusal(JsonNode body, String secretName) {
        return RequestGate.keyPair(options, text(body, "appkey"), text(body, secretName), "EGW00105")
                .map(code -> envelope.oauthFailure(code.startsWith("EGW020") ? 500 : 403, code));
    }

    private Optional<Reply> refused(String code) {
        return Optional.of(envelope.oauthFailure(403, code));
    }

    private static String text(JsonNode body, String name) {
        JsonNode value = body.get(name);
        return value != null && value.isTextual() ? value.textValue() : "";
    }

    private static Reply json(Fields fields) {
        return new Reply(200, Reply.JSON, fields.toJson(), "", "", "");
    }
}
