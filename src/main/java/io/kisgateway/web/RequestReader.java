package io.kisgateway.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.KoreanTime;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads a request against its declared members. */
final class RequestReader {

    private static final String START = "start_date";
    private static final String END = "end_date";
    private static final String TARGET = "target_date";

    private final JsonMapper json;
    private final List<Field> fields;
    private final SortedSet<String> known = new TreeSet<>();
    private final InstantSource clock;
    private final boolean strict;
    private final boolean dated;

    /** @param strict whether a member that is not known is refused, rather than not looked at */
    RequestReader(JsonMapper json, List<Field> fields, InstantSource clock, boolean strict) {
        this.json = json;
        this.clock = clock;
        this.strict = strict;
        this.fields = List.copyOf(fields);
        fields.forEach(field -> known.add(field.name()));
        this.dated = fields.stream().anyMatch(field -> field.type().name().equals("date"));
    }

    /** @throws Problem if the request is not as declared */
    Map<String, Object> read(HttpInput input) {
        if (!strict && fields.isEmpty()) {
            return Map.of();
        }
        ObjectNode members = members(input);
        if (strict) {
            refuseUnknown(members);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : fields) {
            Object value = field.read(members.get(field.name()), values);
            if (value != null) {
                values.putIfAbsent(field.name(), value);
            }
        }
        requireOrder(values);
        if (dated) {
            String today = KoreanTime.today(clock).format(DateTimeFormatter.BASIC_ISO_DATE);
            if (values.get(TARGET) instanceof String day && day.compareTo(today) > 0) {
                throw Problem.invalid(TARGET, TARGET + " has not come yet");
            }
            // So that a route can tell today from other days.
            values.putIfAbsent("today", today);
        }
        return values;
    }

    private static void requireOrder(Map<String, Object> values) {
        if (values.get(START) instanceof String start && values.get(END) instanceof String end && !end.isEmpty()
                && start.compareTo(end) > 0) {
            throw Problem.invalid(END, END + " is before " + START);
        }
    }

    private ObjectNode members(HttpInput input) {
        ObjectNode members = input.body().length == 0 ? json.createObjectNode() : parse(input.body());
        // Clients in the field send null for what they have nothing to say of.
        members.properties().removeIf(member -> member.getValue().isNull());
        input.values().forEach((name, value) -> members.set(name, value.equals("true") || value.equals("false")
                ? BooleanNode.valueOf(value.equals("true")) : members.textNode(value)));
        return members;
    }

    private ObjectNode parse(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            JsonNode node = json.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            if (node == null || node.isMissingNode()) {
                return json.createObjectNode();
            }
            throw Problem.of(ProblemCode.MALFORMED_JSON, "The body must be a JSON object");
        } catch (CharacterCodingException e) {
            throw Problem.of(ProblemCode.MALFORMED_JSON, "The body is not valid UTF-8");
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
            throw Problem.of(ProblemCode.MALFORMED_JSON, "The body is not valid JSON" + where);
        }
    }

    /** A misspelt optional member must not pass unseen: a sell with "prize" would go out as a market order. */
    private void refuseUnknown(ObjectNode members) {
        members.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                String shown = name.length() > 64 ? name.substring(0, 64) + "…" : name;
                throw Problem.invalid(shown, shown + " is not known here; "
                        + (known.isEmpty() ? "the body must be empty or {}" : "there are: " + String.join(", ", known)));
            }
        });
    }
}
