package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** /oauth2/* and /uapi/hashkey (facts section 2): what needs no bearer. */
final class OAuth {

    static final String TOKEN = "/oauth2/tokenP";
    static final String REVOKE = "/oauth2/revokeP";
    static final String APPROVAL = "/oauth2/Approval";
    static final String HASHKEY = "/uapi/hashkey";

    private final SimulatorOptions options;
    private final Envelope envelope;
    private final Tokens tokens;

    OAuth(SimulatorOptions options, Envelope envelope, Tokens tokens) {
        this.options = options;
        this.envelope = envelope;
        this.tokens = tokens;
    }

    Reply token(JsonNode body) {
        Reply refusal = refusal(body, "appsecret", true);
        if (refusal != null) {
            return refusal;
        }
        Tokens.Issue issue = tokens.issue();
        if (issue instanceof Tokens.Issue.Granted granted) {
            return json(new Fields(4)
                    .with("access_token", granted.value())
                    .with("access_token_token_expired", Texts.moment(granted.expiresAt()))
                    .with("token_type", "Bearer")
                    .withNumber("expires_in", granted.secondsLeft()));
        }
        return envelope.oauthFailure(403, "EGW00133");
    }

    Reply revoke(JsonNode body) {
        Reply refusal = refusal(body, "appsecret", false);
        if (refusal != null) {
            return refusal;
        }
        if (!tokens.revoke(text(body, "token"))) {
            return envelope.oauthFailure(403, "EGW00121");
        }
        return json(new Fields(2).withNumber("code", 200).with("message", "접근토큰 폐기에 성공하였습니다"));
    }

    Reply approval(JsonNode body) {
        // Facts 2.3: the same secret goes by another name here.
        Reply refusal = refusal(body, "secretkey", true);
        return refusal != null ? refusal : json(new Fields(1).with("approval_key", tokens.approvalKey()));
    }

    Reply hashkey(JsonNode body, byte[] raw) {
        Fields echo = new Fields();
        body.properties().forEach(entry -> echo.with(entry.getKey(), entry.getValue().asText()));
        return json(new Fields(2).with("BODY", echo).with("HASH", sha256(raw)));
    }

    private Reply refusal(JsonNode body, String secretName, boolean grants) {
        if (body == null) {
            return envelope.oauthFailure(403, "EGW00101");
        }
        if (grants && text(body, "grant_type").isEmpty()) {
            return envelope.oauthFailure(403, "EGW00115");
        }
        if (grants && !text(body, "grant_type").equals("client_credentials")) {
            return envelope.oauthFailure(403, "EGW00116");
        }
        String appKey = text(body, "appkey");
        if (appKey.isEmpty()) {
            return envelope.oauthFailure(403, "EGW00102");
        }
        if (appKey.equals(options.other().appKey())) {
            return envelope.oauthFailure(500, options.mode() == Mode.REAL ? "EGW02004" : "EGW02007");
        }
        if (!appKey.equals(options.credentials().appKey())) {
            return envelope.oauthFailure(403, "EGW00103");
        }
        String secret = text(body, secretName);
        if (secret.isEmpty()) {
            return envelope.oauthFailure(403, "EGW00104");
        }
        return secret.equals(options.credentials().appSecret()) ? null : envelope.oauthFailure(403, "EGW00105");
    }

    private static String text(JsonNode body, String name) {
        JsonNode value = body.get(name);
        return value != null && value.isTextual() ? value.textValue() : "";
    }

    private static Reply json(Fields fields) {
        return new Reply(200, Reply.JSON, fields.toJson(), "", "", "");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
