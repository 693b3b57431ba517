package io.kisgateway.front;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.KisMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** KIS's two forms of a reply, and the reading of what callers send. */
final class Envelopes {

    static final String JSON = "application/json; charset=utf-8";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Envelopes() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Of an operation (facts 4.1). */
    static byte[] of(KisSays says) {
        return bytes(envelope(says, says.text()));
    }

    /** @param kis what KIS itself said, for who looks for the reason; null if it said nothing */
    static byte[] of(KisSays says, KisMessage kis) {
        return kis == null ? of(says) : bytes(envelope(says, says.text() + " (" + (kis.msgCd() + ' ' + kis.msg1()).strip() + ')'));
    }

    private static ObjectNode envelope(KisSays says, String text) {
        return object().put("rt_cd", says.rtCd()).put("msg_cd", says.code()).put("msg1", text);
    }

    /** Of the token endpoint (facts 2.1). */
    static byte[] oauth(KisSays says) {
        return bytes(object().put("error_description", says.text()).put("error_code", says.code()));
    }

    static byte[] bytes(ObjectNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The object, if it is one in UTF-8, as KIS reads it, and no member is there twice. */
    static Optional<ObjectNode> read(byte[] body) {
        try {
            return MAPPER
                    .readTree(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString()) instanceof ObjectNode object
                            ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A scalar as text, blanks around it cut; empty if there is none. */
    static String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isValueNode() && !value.isNull() ? value.asText().strip() : "";
    }

    /** Whether KIS answered in its form, so that a client can read it. */
    static boolean isEnvelope(byte[] body) {
        return read(body).filter(node -> node.has("rt_cd") || node.has("msg_cd")).isPresent();
    }
}
