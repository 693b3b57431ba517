package io.kisgateway.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A JSON object being written, in order. KIS' leaf values are strings (facts 1.4), so numbers are written as such. */
final class Fields {

    private static final JsonFactory JSON = new JsonFactory();

    private final List<Object> namesAndValues;

    Fields() {
        this(64);
    }

    Fields(int expected) {
        this.namesAndValues = new ArrayList<>(2 * expected);
    }

    Fields with(String name, String value) {
        return put(name, value);
    }

    Fields with(String name, long value) {
        return put(name, Long.toString(value));
    }

    Fields with(String name, BigDecimal value) {
        return put(name, value.toPlainString());
    }

    Fields with(String name, boolean yes) {
        return put(name, yes ? "Y" : "N");
    }

    Fields with(String name, Fields value) {
        return put(name, value);
    }

    Fields with(String name, List<Fields> value) {
        return put(name, value);
    }

    /** A real JSON number: one of the few leaves that are none of KIS' strings (facts 1.4). */
    Fields withNumber(String name, long value) {
        return put(name, value);
    }

    /** The members that say nothing here. */
    Fields same(String value, String... names) {
        for (String name : names) {
            put(name, value);
        }
        return this;
    }

    private Fields put(String name, Object value) {
        namesAndValues.add(name);
        namesAndValues.add(value);
        return this;
    }

    /** The members that are texts, by name. */
    Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i + 1) instanceof String text) {
                texts.put((String) namesAndValues.get(i), text);
            }
        }
        return texts;
    }

    byte[] toJson() {
        ByteArrayBuilder bytes = new ByteArrayBuilder();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void writeTo(JsonGenerator out) throws IOException {
        out.writeStartObject();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            out.writeFieldName((String) namesAndValues.get(i));
            write(out, namesAndValues.get(i + 1));
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Fields object) {
            object.writeTo(out);
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object item : list) {
                write(out, item);
            }
            out.writeEndArray();
        } else {
            throw new IllegalStateException("not a JSON value: " + value);
        }
    }
}
