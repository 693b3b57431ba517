package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.runtime.KoreanTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What a client says on the WebSocket, and the texts it is answered with (facts 11.1, 11.2). */
sealed interface RealtimeMessage {

    JsonMapper JSON = JsonMapper.builder().build();
    String PINGPONG = "PINGPONG";

    /** A registration, or its end: {@code trType} 1 or 2. */
    record Request(String approvalKey, String trType, String trId, String trKey) implements RealtimeMessage {}

    record Pong() implements RealtimeMessage {}

    /** What cannot be taken, with the code that says why. */
    record Wrong(String code) implements RealtimeMessage {}

    static RealtimeMessage read(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (IOException e) {
            return new Wrong("OPSP9999");
        }
        if (message == null || !message.isObject()) {
            return new Wrong("OPSP9999");
        }
        JsonNode header = message.path("header");
        if (!header.isObject()) {
            return new Wrong("OPSP9998");
        }
        if (header.path("tr_id").asText().equals(PINGPONG)) {
            return new Pong();
        }
        if (!message.path("body").isObject()) {
            return new Wrong("OPSP9992");
        }
        JsonNode input = message.path("body").path("input");
        if (!input.isObject()) {
            return new Wrong("OPSP9991");
        }
        if (!header.path("custtype").asText().matches("[PB]")) {
            return new Wrong("OPSP8998");
        }
        if (!header.path("tr_type").asText().matches("[12]")) {
            return new Wrong("OPSP8997");
        }
        if (!input.path("tr_key").asText().matches("[^^|\\p{Cntrl}]{1,32}")) {
            return new Wrong("OPSP8993");
        }
        return new Request(header.path("approval_key").asText(), header.path("tr_type").asText(),
                input.path("tr_id").asText(), input.path("tr_key").asText());
    }

    static String ping(Instant now) {
        return text(new Fields().with("header", new Fields().with("tr_id", PINGPONG)
                .with("datetime", Texts.date(KoreanTime.date(now)) + Texts.time(now))));
    }

    /** Of a message that could not be read, or of a session that is not to be: it has no TR. */
    static String refusal(KisCode code) {
        return reply("(null)", "", false, code, null);
    }

    /** {@code cipher} is null where KIS tells none. */
    static String reply(String trId, String trKey, boolean encrypted, KisCode code, NoticeCipher cipher) {
        Fields body = new Fields().with("rt_cd", code.rtCd()).with("msg_cd", code.code()).with("msg1", code.msg1());
        if (cipher != null) {
            body.with("output", new Fields().with("iv", cipher.iv()).with("key", cipher.key()));
        }
        return text(new Fields()
                .with("header", new Fields().with("tr_id", trId).with("tr_key", trKey).with("encrypt", encrypted))
                .with("body", body));
    }

    private static String text(Fields fields) {
        return new String(fields.toJson(), StandardCharsets.UTF_8);
    }
}
