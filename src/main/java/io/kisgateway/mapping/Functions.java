package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.runtime.KoreanTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The functions of the mapping files. KIS sends every value as text (facts 1.4); these make JSON values of it without
 * floating point, and end the call with KIS_UNREADABLE where the text is not what it should be, so that no fault ever
 * looks like a zero.
 */
public final class Functions {

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,30}(\\.0*)?");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]{1,30}(\\.[0-9]{0,20})?|\\.[0-9]{1,20})");
    private static final DateTimeFormatter OFFSET_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");

    private final InstantSource clock;

    public Functions(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * {@code whole(text[, blank])} an integer, {@code decimal(text[, blank])} a decimal number (the second argument is
     * what a blank or missing text means), {@code text(text[, blank])} without padding, {@code date(yyyymmdd)}, {@code kst(yyyymmdd, hhmmss)}
     * with its offset, {@code flag(text)} true of Y and false of N, {@code today()} and {@code now()} in Korea as KIS
     * writes dates and times, {@code invalid(member, sentence)} which ends the call with a problem that names the member of
     * the request.
     */
    public List<Function> all() {
        return List.of(
                new MappingFunction("whole", 1, 2, args -> number(args, WHOLE, Functions::whole)),
                new MappingFunction("decimal", 1, 2, args -> number(args, DECIMAL, text -> DecimalNode.valueOf(plain(text)))),
                new MappingFunction("text", 1, 2, args -> nonBlank(args)),
                new MappingFunction("date", 1, 1, args -> TextNode.valueOf(parseDate(text(args[0])).toString())),
                new MappingFunction("kst", 2, 2, args -> TextNode.valueOf(
                        parseDateTime(text(args[0]), text(args[1])).atOffset(KoreanTime.KST).format(OFFSET_TIME))),
                new MappingFunction("flag", 1, 1, args -> flag(text(args[0]))),
                new MappingFunction("invalid", 2, 2, args -> {
                    throw Problem.invalid(args[0].asText(), args[1].asText());
                }),
                new MappingFunction("now", 0, 0, args -> TextNode.valueOf(
                        LocalTime.ofInstant(clock.instant(), KoreanTime.KST).format(DateTimeFormatter.ofPattern("HHmmss")))),
                new MappingFunction("today", 0, 0, args -> TextNode.valueOf(
                        KoreanTime.today(clock).format(DateTimeFormatter.BASIC_ISO_DATE))));
    }

    private static JsonNode number(JsonNode[] args, Pattern pattern, java.util.function.Function<String, JsonNode> read) {
        String text = text(args[0]);
        if (text.isEmpty() && args.length == 2) {
            return args[1];
        }
        if (!pattern.matcher(text).matches()) {
            throw unreadable("a number", text);
        }
        return read.apply(text);
    }

    /** Neither is no: what KIS does not say is not guessed. */
    private static JsonNode flag(String text) {
        return switch (text) {
            case "Y" -> BooleanNode.TRUE;
            case "N" -> BooleanNode.FALSE;
            default -> throw unreadable("Y or N", text);
        };
    }

    private static JsonNode nonBlank(JsonNode[] args) {
        String text = text(args[0]);
        if (!text.isEmpty()) {
            return TextNode.valueOf(text);
        }
        if (args.length == 2) {
            return args[1];
        }
        throw unreadable("a text", text);
    }

    private static JsonNode whole(String text) {
        int point = text.indexOf('.');
        BigInteger value = new BigInteger(point < 0 ? text : text.substring(0, point));
        return value.bitLength() < 64 ? LongNode.valueOf(value.longValueExact()) : BigIntegerNode.valueOf(value);
    }

    /** Without trailing zeros and without an exponent: 4790.00 is 4790, 0.50 is 0.5. */
    private static BigDecimal plain(String text) {
        BigDecimal value = new BigDecimal(text).stripTrailingZeros();
        return value.scale() < 0 ? value.setScale(0) : value;
    }

    private static String text(JsonNode node) {
        if (node == null || node instanceof NullNode || node.isMissingNode()) {
            return "";
        }
        if (!node.isValueNode()) {
            throw unreadable("a value", node.getNodeType().name());
        }
        return node.asText().strip();
    }

    private static LocalDate parseDate(String text) {
        try {
            return LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
        } catch (DateTimeParseException e) {
            throw unreadable("a date", text);
        }
    }

    private static LocalDateTime parseDateTime(String date, String time) {
        try {
            return parseDate(date).atTime(LocalTime.parse(time, DateTimeFormatter.ofPattern("HHmmss")));
        } catch (DateTimeParseException e) {
            throw unreadable("a time", time);
        }
    }

    private static Problem unreadable(String expected, String text) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return Problem.of(ProblemCode.KIS_UNREADABLE,
                "KIS answered " + (text.isEmpty() ? "nothing" : "\"" + shown + "\"") + " where " + expected + " belongs");
    }
}
