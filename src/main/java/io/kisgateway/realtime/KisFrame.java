package io.kisgateway.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What comes from KIS over the session (facts 11.1). */
sealed interface KisFrame {

    /**
     * Records of one TR.
     *
     * @param count how many there are in the text, which may be encrypted
     */
    record Data(String trId, boolean encrypted, int count, String text) implements KisFrame {}

    /** To be sent back as it is. */
    record Ping() implements KisFrame {}

    /**
     * What KIS says to a registration.
     *
     * @param trId the TR's, or something else if KIS does not say for which registration this is
     * @param key  with which its records are encrypted, if they are
     */
    record Answer(String trId, RegistrationAnswer said, Optional<NoticeKey> key) implements KisFrame {}

    /** Nothing that is known. @param records whether it may have been records, as it is no JSON */
    record Unreadable(boolean records) implements KisFrame {}

    ObjectMapper JSON = new ObjectMapper();

    static KisFrame read(String text) {
        return text.startsWith("{") ? control(text) : data(text);
    }

    private static KisFrame data(String text) {
        String[] parts = text.split("\\|", 4);
        if (parts.length != 4 || !parts[0].equals("0") && !parts[0].equals("1") || !Registration.isTrId(parts[1])
                || !parts[2].matches("[0-9]{1,3}") || parts[3].isEmpty()) {
            return new Unreadable(true);
        }
        int count = Integer.parseInt(parts[2]);
        return count < 1 ? new Unreadable(true) : new Data(parts[1], parts[0].equals("1"), count, parts[3]);
    }

    private static KisFrame control(String text) {
        JsonNode tree;
        try {
            tree = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return new Unreadable(true);
        }
        JsonNode header = tree.path("header");
        if (header.path("tr_id").asText().equals("PINGPONG")) {
            return new Ping();
        }
        JsonNode body = tree.path("body");
        if (body.path("msg_cd").asText().isEmpty()) {
            return new Unreadable(false);
        }
        JsonNode output = body.path("output");
        return new Answer(header.path("tr_id").asText(),
                new RegistrationAnswer(body.path("rt_cd").asText(), body.path("msg_cd").asText(), body.path("msg1").asText()),
                NoticeKey.of(output.path("iv").asText(), output.path("key").asText()));
    }

    /** The single records of a text; none if they cannot be told apart. */
    static List<String> split(String text, int count) {
        if (text.chars().anyMatch(one -> one < ' ')) {
            return List.of();
        }
        if (count == 1) {
            return List.of(text);
        }
        String[] fields = text.split("\\^", -1);
        if (fields.length % count != 0) {
            return List.of();
        }
        int each = fields.length / count;
        List<String> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(String.join("^", List.of(fields).subList(i * each, (i + 1) * each)));
        }
        return records;
    }

    /** The first field of a record, which says whose it is. */
    static String first(String record) {
        int end = record.indexOf('^');
        return end < 0 ? record : record.substring(0, end);
    }
}
