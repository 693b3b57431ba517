package io.kisgateway.order.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kisgateway.runtime.KoreanTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What somebody did or was refused, where no order's entry tells of it.
 *
 * @param kind      what it is, a word
 * @param client    who, or null if that is not known
 * @param address   from where
 * @param what      they asked for
 * @param outcome   what came of it
 * @param times   how often, at least 1
 */
public record AuditLine(Instant at, String kind, String client, String address, String what, String outcome, long times) {

    /** Of one kind on one day; the eldest give way. */
    static final int MOST_OF_A_DAY = 10_000;

    private static final JsonMapper JSON = new JsonMapper();

    public AuditLine {
        Objects.requireNonNull(at);
        Objects.requireNonNull(kind);
    }

    LocalDate day() {
        return KoreanTime.date(at);
    }

    String write() {
        return JsonNodeFactory.instance.objectNode().put("at", KoreanTime.iso(at)).put("kind", kind).put("client", client)
                .put("address", address).put("what", what).put("outcome", outcome).put("times", times).toString();
    }

    /** Those that can be read, the eldest first. */
    static List<AuditLine> read(List<String> texts) {
        return texts.stream().flatMap(AuditLine::read).sorted(Comparator.comparing(AuditLine::at)).toList();
    }

    private static Stream<AuditLine> read(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return Stream.of(new AuditLine(OffsetDateTime.parse(node.path("at").asText()).toInstant(), node.path("kind").asText(),
                    node.path("client").textValue(), node.path("address").textValue(), node.path("what").textValue(),
                    node.path("outcome").textValue(), node.path("times").longValue()));
        } catch (JsonProcessingException | RuntimeException e) {
            return Stream.empty();
        }
    }
}
