package io.kisgateway.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kisgateway.call.Problem;
import io.kisgateway.runtime.KoreanTime;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One member that a request may have, as a route declares it:
 * {@code <type>[, required|default <value>][; <other type> when <boolean member>[ or <value> <value> …]]}.
 * A date's default may be {@code today}, a time's {@code now}, both in Korea; {@code blank} is an empty text. With the last part the member is of another type if the boolean member is true, or if it has one of the values, which
 * then makes the boolean member true.
 */
record Field(String name, FieldType type, boolean required, Supplier<Object> defaultValue, Alternative alternative) {

    private static final Map<String, DateTimeFormatter> MOMENTS = Map.of(
            "date today", DateTimeFormatter.ofPattern("yyyyMMdd"), "time now", DateTimeFormatter.ofPattern("HHmmss"));
    /** The default of what KIS wants to be sent though there is nothing to say. */
    static final String BLANK = "blank";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern ALTERNATIVE = Pattern.compile("(.+) when ([a-z][a-z0-9_]*)(?: or (.+))?");

    /** The other type that a member has in a certain case. */
    record Alternative(FieldType type, String when, List<String> values) {}

    /** @throws IllegalArgumentException if the declaration cannot be read */
    static Field parse(String name, String declaration, InstantSource clock) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(name + ": a member's name is like stock_code");
        }
        try {
            String[] halves = declaration.split(";", 2);
            String[] parts = halves[0].split(",", 2);
            FieldType type = FieldType.parse(parts[0].strip());
            String presence = parts.length == 1 ? "optional" : parts[1].strip();
            Alternative alternative = halves.length == 1 ? null : alternative(halves[1].strip());
            if (presence.startsWith("default ")) {
                return new Field(name, type, false, defaultValue(type, presence.substring(8).strip(), clock), alternative);
            }
            if (!presence.equals("required") && !presence.equals("optional")) {
                throw new IllegalArgumentException("\"" + presence + "\" is none of required, optional, default <value>");
            }
            return new Field(name, type, presence.equals("required"), () -> null, alternative);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage());
        }
    }

    private static Alternative alternative(String text) {
        Matcher matcher = ALTERNATIVE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" does not read like: index code when is_index or 0001 1001");
        }
        List<String> values = matcher.group(3) == null ? List.of() : Arrays.asList(matcher.group(3).split("[\\s,]+"));
        return new Alternative(FieldType.parse(matcher.group(1).strip()), matcher.group(2), values);
    }

    private static Supplier<Object> defaultValue(FieldType type, String text, InstantSource clock) {
        if (text.equals(BLANK) && !type.name().equals("boolean")) {
            return () -> "";
        }
        DateTimeFormatter moment = MOMENTS.get(type.name() + " " + text);
        if (moment != null) {
            return () -> clock.instant().atOffset(KoreanTime.KST).format(moment);
        }
        JsonNode node = text.equals("true") || text.equals("false") ? BooleanNode.valueOf(text.equals("true")) : TextNode.valueOf(text);
        Object value = type.read().apply(node);
        if (value == null) {
            throw new IllegalArgumentException("the default " + text + " is not " + type.mustBe());
        }
        return () -> value;
    }

    /**
     * The member's value, its default, or null if it is optional and missing. May set the boolean member that the value
     * implies.
     *
     * @throws Problem if it is missing or not acceptable
     */
    Object read(JsonNode node, Map<String, Object> values) {
        if (node == null) {
            if (required) {
                throw Problem.invalid(name, name + " is missing; it must be " + type.mustBe());
            }
            return defaultValue.get();
        }
        FieldType expected = type;
        if (alternative != null) {
            if (node.isTextual() && alternative.values().contains(node.textValue())) {
                values.put(alternative.when(), true);
            }
            if (Boolean.TRUE.equals(values.get(alternative.when()))) {
                expected = alternative.type();
            }
        }
        Object value = expected.read().apply(node);
        if (value == null) {
            throw Problem.invalid(name, name + " must be " + expected.mustBe());
        }
        return value;
    }
}
