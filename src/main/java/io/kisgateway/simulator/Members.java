package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/** The members of a request, each asked for by name; what nobody asked for is a mistake. */
final class Members {

    private final ObjectNode node;
    private final Set<String> asked = new HashSet<>();

    Members(ObjectNode node) {
        this.node = node;
    }

    private JsonNode get(String name) {
        asked.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    String text(String name) {
        JsonNode value = get(name);
        check(value == null || value.isTextual(), name, "must be a string");
        return value == null ? null : value.textValue();
    }

    String neededText(String name) {
        String value = text(name);
        check(value != null, name, "is missing");
        return value;
    }

    Integer integer(String name) {
        JsonNode value = get(name);
        check(value == null || value.isIntegralNumber() && value.canConvertToInt(), name,
                "must be a whole number");
        return value == null ? null : value.intValue();
    }

    long number(String name, long otherwise) {
        JsonNode value = get(name);
        check(value == null || value.isIntegralNumber() && value.canConvertToLong(), name,
                "must be a whole number");
        return value == null ? otherwise : value.longValue();
    }

    Double fraction(String name) {
        JsonNode value = get(name);
        check(value == null || value.isNumber(), name, "must be a number");
        return value == null ? null : value.doubleValue();
    }

    boolean flag(String name) {
        JsonNode value = get(name);
        check(value == null || value.isBoolean(), name, "must be true or false");
        return value != null && value.booleanValue();
    }

    JsonNode list(String name) {
        JsonNode value = get(name);
        check(value == null || value.isArray(), name, "must be an array");
        return value;
    }

    void nothingElse() {
        node.fieldNames().forEachRemaining(name -> check(asked.contains(name), name, "is not known here"));
    }

    private static void check(boolean condition, String name, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(name + ": " + complaint);
        }
    }
}
