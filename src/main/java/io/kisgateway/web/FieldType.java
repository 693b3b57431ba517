package io.kisgateway.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a member of a request may be.
 *
 * @param name    as written in a route
 * @param mustBe  completes "must be …"
 * @param read    JSON to value, or null if it is not acceptable
 * @param schema  the same as JSON Schema; not to be changed
 */
record FieldType(String name, String mustBe, Function<JsonNode, Object> read, ObjectNode schema) {

    /** Facts 6: six capitals and digits, or an ETN's Q with six digits. */
    private static final Pattern STOCK_CODE = Pattern.compile("^([0-9A-Z]{6}|Q[0-9]{6})$");
    private static final Pattern INDEX_CODE = Pattern.compile("^[0-9]{4}$");
    private static final Pattern ORDER_NUMBER = Pattern.compile("^[0-9]{1,10}$");
    private static final Pattern TIME = Pattern.compile("^([01][0-9]|2[0-3])(:[0-5][0-9]:[0-5][0-9]|[0-5][0-9][0-5][0-9])$");
    private static final String DATE = "^[0-9]{4}-?[0-9]{2}-?[0-9]{2}$";
    private static final Pattern INTEGER = Pattern.compile("integer (\\d{1,18})\\.\\.(\\d{1,18})");
    private static final Pattern INTEGER_IN = Pattern.compile("integer in (\\d{1,9}(?: \\d{1,9})*)");
    private static final Pattern TEXT = Pattern.compile("text (\\d{1,4})\\.\\.(\\d{1,4})");
    private static final Pattern LIST = Pattern.compile("list (\\d{1,3})\\.\\.(\\d{1,3})");
    private static final Pattern ITEM = Pattern.compile("[A-Za-z0-9._-]{1,40}");
    /** Facts 3.9: where an order can go, and as what. */
    private static final List<String> EXCHANGES = List.of("KRX", "NXT", "SOR");
    private static final List<String> ORDER_TYPES = List.of("limit", "market", "conditional_limit", "best", "top_priority", "pre_market",
            "post_market", "after_hours", "limit_ioc", "limit_fok", "market_ioc", "market_fok", "best_ioc", "best_fok", "mid", "mid_ioc",
            "mid_fok");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    /**
     * @param text one of {@code stock code}, {@code index code}, {@code order number}, {@code exchange}, {@code order type}, {@code boolean}, {@code date},
     *             {@code time}, {@code integer 1..1000}, {@code integer in 1 3 5}, {@code text 1..64}, {@code list 1..41}
     * @throws IllegalArgumentException if it is none of these
     */
    static FieldType parse(String text) {
        Matcher integer = INTEGER.matcher(text);
        if (integer.matches()) {
            if (Long.parseLong(integer.group(1)) > Long.parseLong(integer.group(2))) {
                throw new IllegalArgumentException("no number is in " + text);
            }
            return integer(text, Long.parseLong(integer.group(1)), Long.parseLong(integer.group(2)));
        }
        Matcher values = INTEGER_IN.matcher(text);
        if (values.matches()) {
            List<Long> all = Arrays.stream(values.group(1).split(" ")).map(Long::valueOf).toList();
            FieldType any = integer(text, 0, Long.MAX_VALUE);
            ObjectNode schema = schema("integer");
            all.forEach(schema.putArray("enum")::add);
            return new FieldType(text, "one of " + String.join(", ", values.group(1).split(" ")),
                    node -> any.read().apply(node) instanceof Long value && all.contains(value) ? value : null, schema);
        }
        Matcher bounds = TEXT.matcher(text);
        if (bounds.matches()) {
            int min = Integer.parseInt(bounds.group(1));
            int max = Integer.parseInt(bounds.group(2));
            if (min > max) {
                throw new IllegalArgumentException("no text is as long as " + text);
            }
            return new FieldType(text, "a string of " + min + " to " + max + " characters",
                    node -> node.isTextual() && node.textValue().length() >= min && node.textValue().length() <= max
                            ? node.textValue() : null,
                    schema("string").put("minLength", min).put("maxLength", max));
        }
        Matcher list = LIST.matcher(text);
        if (list.matches()) {
            return list(text, Integer.parseInt(list.group(1)), Integer.parseInt(list.group(2)));
        }
        return switch (text) {
            case "stock code" -> matching(text, STOCK_CODE, "a string like \"005930\": six capital letters or digits, or Q and six digits",
                    "005930");
            case "index code" -> matching(text, INDEX_CODE, "a string of four digits like \"0001\"", "0001");
            case "order number" -> new FieldType(text, "an order number of KIS, up to ten digits", FieldType::orderNumber,
                    schema(ORDER_NUMBER.pattern(), "0000117057"));
            case "boolean" -> new FieldType(text, "true or false", FieldType::bool, schema("boolean"));
            case "date" -> new FieldType(text, "a date like \"2026-11-23\"", FieldType::date, schema(DATE, "2026-11-23"));
            case "exchange" -> oneOf(text, EXCHANGES);
            case "order type" -> oneOf(text, ORDER_TYPES);
            case "time" -> new FieldType(text, "a time like \"09:30:00\"", FieldType::time, schema(TIME.pattern(), "09:30:00"));
            default -> throw new IllegalArgumentException("unknown type \"" + text + "\"; there are: stock code, index code, "
                    + "order number, exchange, order type, boolean, date, time, integer 1..1000, integer in 1 3 5, text 1..64, list 1..41");
        };
    }

    private static ObjectNode schema(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode schema(String pattern, String example) {
        ObjectNode schema = schema("string").put("pattern", pattern);
        schema.putArray("examples").add(example);
        return schema;
    }

    /** Different texts in their order; in a query string, with commas. */
    private static FieldType list(String name, int min, int max) {
        ObjectNode schema = schema("array").put("minItems", min).put("maxItems", max);
        schema.putObject("items").put("type", "string");
        return new FieldType(name, "a list of " + min + " to " + max + " texts, in a query string with commas", node -> {
            if (!node.isTextual() && !node.isArray()) {
                return null;
            }
            List<String> values = new ArrayList<>();
            if (node.isTextual()) {
                values.addAll(Arrays.asList(node.textValue().split(",")));
            } else {
                node.forEach(item -> values.add(item.isTextual() ? item.textValue() : ""));
            }
            List<String> different = values.stream().map(String::strip).distinct().toList();
            return different.size() >= min && different.size() <= max && different.stream().allMatch(ITEM.asMatchPredicate()) ? different
                    : null;
        }, schema);
    }

    private static FieldType oneOf(String name, List<String> values) {
        ObjectNode schema = schema("string");
        values.forEach(schema.putArray("enum")::add);
        return new FieldType(name, "one of " + String.join(", ", values),
                node -> node.isTextual() && values.contains(node.textValue()) ? node.textValue() : null, schema);
    }

    private static FieldType matching(String name, Pattern pattern, String mustBe, String example) {
        return new FieldType(name, mustBe,
                node -> node.isTextual() && pattern.matcher(node.textValue()).matches() ? node.textValue() : null,
                schema(pattern.pattern(), example));
    }

    /** Digits in a string are taken too, since clients in the field send them. */
    private static FieldType integer(String name, long min, long max) {
        return new FieldType(name, "a whole number from " + min + " to " + max, node -> {
            long value;
            if (node instanceof IntNode || node instanceof LongNode) {
                value = node.longValue();
            } else if (node instanceof TextNode && DIGITS.matcher(node.textValue()).matches()) {
                value = Long.parseLong(node.textValue());
            } else {
                return null;
            }
            return value >= min && value <= max ? value : null;
        }, schema("integer").put("minimum", min).put("maximum", max));
    }

    /** As KIS writes it, ten digits; callers often drop the leading zeros. */
    private static Object orderNumber(JsonNode node) {
        return node.isTextual() && ORDER_NUMBER.matcher(node.textValue()).matches()
                ? "0".repeat(10 - node.textValue().length()) + node.textValue() : null;
    }

    /** A query string has no booleans, so the words are taken there; a JSON body must use JSON's. */
    private static Object bool(JsonNode node) {
        return node instanceof BooleanNode ? (Object) node.booleanValue() : null;
    }

    /** As KIS writes times, without colons. */
    private static Object time(JsonNode node) {
        return node.isTextual() && TIME.matcher(node.textValue()).matches() ? node.textValue().replace(":", "") : null;
    }

    /** As KIS writes dates, without hyphens. */
    private static Object date(JsonNode node) {
        if (!node.isTextual() || node.textValue().length() > 10) {
            return null;
        }
        try {
            String text = node.textValue();
            return LocalDate.parse(text, text.length() == 8 ? DateTimeFormatter.BASIC_ISO_DATE : DateTimeFormatter.ISO_LOCAL_DATE)
                    .format(DateTimeFormatter.BASIC_ISO_DATE);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
