package io.kisgateway.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a {@code request:} step accepts, as JSON Schema. */
public final class RequestSchema {

    private static final Pattern DEFAULT = Pattern.compile("default ([^;]+)");

    private RequestSchema() {}

    /** @param declarations member to declaration, as the route has them */
    public static ObjectNode of(Map<String, String> declarations) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        declarations.forEach((name, declaration) -> {
            ObjectNode member = member(name, declaration);
            if (member.path("type").asText().equals("integer")) {
                member.put("description", "Also taken as a string of digits");
            }
            properties.set(name, isRequired(name, declaration) ? member : orNull(member));
            if (isRequired(name, declaration)) {
                required.add(name);
            }
        });
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    public static boolean isRequired(String name, String declaration) {
        return field(name, declaration).required();
    }

    private static Field field(String name, String declaration) {
        return Field.parse(name, declaration, () -> Instant.EPOCH);
    }

    public static ObjectNode member(String name, String declaration) {
        Field field = field(name, declaration);
        ObjectNode schema = field.type().schema().deepCopy();
        if (field.alternative() != null) {
            ObjectNode either = JsonNodeFactory.instance.objectNode().put("type", "string");
            either.put("pattern", schema.path("pattern").asText() + "|" + field.alternative().type().schema().path("pattern").asText());
            either.put("description", field.alternative().type().name() + " when " + field.alternative().when()
                    + (field.alternative().values().isEmpty() ? "" : " or " + String.join(" ", field.alternative().values())));
            schema = either;
        }
        Matcher text = DEFAULT.matcher(declaration);
        if (text.find()) {
            setDefault(schema, field.type(), text.group(1).strip());
        }
        return schema;
    }

    /** A body's member with null is as if it were not sent. */
    private static ObjectNode orNull(ObjectNode schema) {
        String type = schema.path("type").asText();
        schema.putArray("type").add(type).add("null");
        if (schema.path("enum") instanceof ArrayNode values) {
            values.addNull();
        }
        return schema;
    }

    private static void setDefault(ObjectNode schema, FieldType type, String text) {
        if (text.equals(Field.BLANK)) {
            schema.put("description", "blank if it is left out");
        } else if (text.equals("true") || text.equals("false")) {
            schema.put("default", text.equals("true"));
        } else if (type.name().startsWith("integer")) {
            schema.put("default", Long.parseLong(text));
        } else if (text.equals("today") || text.equals("now")) {
            schema.put("description", text + " in Korea if it is left out");
        } else {
            JsonNode value = schema.path("type").asText().equals("array")
                    ? JsonNodeFactory.instance.arrayNode().addAll(Stream.of(text.split(",")).map(TextNode::valueOf).toList())
                    : TextNode.valueOf(text);
            schema.set("default", value);
        }
    }
}
