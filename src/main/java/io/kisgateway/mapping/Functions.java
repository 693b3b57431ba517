package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import io.kisgateway.call.FillerRows;
import io.kisgateway.call.Problem;
import io.kisgateway.runtime.KoreanTime;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The functions of the mapping files. KIS sends every value as text (facts 1.4); these make JSON values of it without
 * floating point. What a mapping cannot do without ends the call with KIS_UNREADABLE if it is not what it should be, so that no
 * fault ever looks like a zero; what it can do without has another argument, which stands for it then.
 */
public final class Functions {

    private final InstantSource clock;

    public Functions(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * {@code whole(text[, none])} an integer, {@code decimal(text[, none])} a decimal number, {@code natural(…)} and {@code price(…)} the
     * same of what is never below zero, {@code text(text[, none])} without padding
     * (the second argument stands for a value that is blank, missing or unreadable), {@code date(yyyymmdd)},
     * {@code kst(yyyymmdd, hhmmss)} with its offset, {@code flag(text)} true of Y and false of N, {@code rows(list[, member …])} the rows
     * that hold more than these members, {@code fold(bars, minutes)} bars of a minute as bars of several, {@code today()} and
     * {@code now()} in Korea as KIS writes dates and times, {@code invalid(member, sentence)} which ends the call with a problem that
     * names the member of the request.
     */
    public List<Function> all() {
        return List.of(
                new MappingFunction("whole", 1, 2, args -> number(args, Numbers::whole)),
                new MappingFunction("decimal", 1, 2, args -> number(args, Numbers::decimal)),
                new MappingFunction("natural", 1, 2, args -> number(args, text -> Numbers.notNegative(Numbers.whole(text)))),
                new MappingFunction("price", 1, 2, args -> number(args, text -> Numbers.notNegative(Numbers.decimal(text)))),
                new MappingFunction("text", 1, 2, args -> nonBlank(args)),
                new MappingFunction("date", 1, 1, args -> TextNode.valueOf(parseDate(text(args[0])).toString())),
                new MappingFunction("kst", 2, 2, args -> TextNode.valueOf(
                        parseDateTime(args[0], args[1]).atOffset(KoreanTime.KST).format(KoreanTime.ISO_SECONDS))),
                new MappingFunction("flag", 1, 1, args -> flag(text(args[0]))),
                new MappingFunction("rows", 1, 9, Functions::rows),
                new MappingFunction("fold", 2, 2, args -> Bars.fold(args[0], args[1].asInt())),
                new MappingFunction("invalid", 2, 2, args -> {
                    throw Problem.invalid(args[0].asText(), args[1].asText());
                }),
                new MappingFunction("now", 0, 0,
                        args -> TextNode.valueOf(LocalTime.ofInstant(clock.instant(), KoreanTime.KST).format(KoreanTime.TIME))),
                new MappingFunction("today", 0, 0, args -> TextNode.valueOf(
                        KoreanTime.today(clock).format(DateTimeFormatter.BASIC_ISO_DATE))));
    }

    private static JsonNode number(JsonNode[] args, java.util.function.Function<String, JsonNode> read) {
        if (args.length == 2 && args[0].isContainerNode()) {
            return args[1];
        }
        String text = text(args[0]);
        JsonNode number = Numbers.saysNone(text) ? null : read.apply(text);
        if (number != null) {
            return number;
        }
        if (args.length == 2) {
            return args[1];
        }
        throw Unreadable.of("a number", text);
    }

    /** KIS pads lists with rows of blanks, some with a date in them. */
    private static JsonNode rows(JsonNode[] args) {
        if (args[0].isNull() || args[0].isMissingNode()) {
            return NullNode.instance;
        }
        if (!args[0].isArray()) {
            throw Unreadable.of("a list", args[0].isValueNode() ? args[0].asText() : "an object");
        }
        Set<String> keys = Stream.of(args).skip(1).map(JsonNode::asText).collect(Collectors.toSet());
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        args[0].forEach(row -> {
            if (!FillerRows.holdsNothing(row, keys)) {
                if (!row.isObject()) {
                    throw Unreadable.of("a row", row.isValueNode() ? row.asText() : "a list");
                }
                rows.add(row);
            }
        });
        return rows;
    }

    /** Neither is no: what KIS does not say is not guessed. */
    private static JsonNode flag(String text) {
        return switch (text) {
            case "Y" -> BooleanNode.TRUE;
            case "N" -> BooleanNode.FALSE;
            default -> throw Unreadable.of("Y or N", text);
        };
    }

    private static JsonNode nonBlank(JsonNode[] args) {
        if (args.length == 2 && args[0].isContainerNode()) {
            return args[1];
        }
        String text = text(args[0]);
        if (!text.isEmpty()) {
            return TextNode.valueOf(text);
        }
        if (args.length == 2) {
            return args[1];
        }
        throw Unreadable.of("a text", text);
    }

    private static String text(JsonNode node) {
        if (node == null || node instanceof NullNode || node.isMissingNode()) {
            return "";
        }
        if (!node.isValueNode()) {
            throw Unreadable.of("a value", node.getNodeType().name());
        }
        // Jackson would write an even decimal with an exponent.
        return node.isBigDecimal() && node.decimalValue().scale() > -Numbers.MOST_CHARACTERS ? node.decimalValue().toPlainString()
                : node.asText().strip();
    }

    private static LocalDate parseDate(String text) {
        try {
            return LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
        } catch (DateTimeParseException e) {
            throw Unreadable.of("a date", text);
        }
    }

    private static LocalDateTime parseDateTime(JsonNode date, JsonNode time) {
        LocalDate day = parseDate(text(date));
        try {
            return day.atTime(LocalTime.parse(text(time), KoreanTime.TIME));
        } catch (DateTimeParseException e) {
            throw Unreadable.of("a time", text(time)).ofArgument(1);
        } catch (Unreadable e) {
            throw e.ofArgument(1);
        }
    }
}
