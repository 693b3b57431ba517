package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A JSON object being written, in order. KIS' leaf values are strings (facts 1.4), so numbers are written as such. */
final class Fields {

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    Fields with(String name, String value) {
        json.put(name, value);
        return this;
    }

    Fields with(String name, long value) {
        return with(name, Long.toString(value));
    }

    Fields with(String name, BigDecimal value) {
        return with(name, value.toPlainString());
    }

    Fields with(String name, boolean yes) {
        return with(name, yes ? "Y" : "N");
    }

    Fields with(String name, Fields value) {
        json.set(name, value.json);
        return this;
    }

    Fields with(String name, List<Fields> value) {
        json.putArray(name).addAll(value.stream().map(row -> row.json).toList());
        return this;
    }

    /** A real JSON number: one of the few leaves that are none of KIS' strings (facts 1.4). */
    Fields withNumber(String name, long value) {
        json.put(name, value);
        return this;
    }

    /** The members that say nothing here. */
    Fields same(String value, String... names) {
        for (String name : names) {
            json.put(name, value);
        }
        return this;
    }

    /** The members that are texts, by name. */
    Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        json.properties().stream().filter(member -> member.getValue().isTextual())
                .forEach(member -> texts.put(member.getKey(), member.getValue().textValue()));
        return texts;
    }

    byte[] toJson() {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
