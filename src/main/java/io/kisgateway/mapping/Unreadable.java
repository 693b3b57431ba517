package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** KIS's reply holds something else than what belongs at a place. Has no stack trace: it is an answer. */
final class Unreadable extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int MOST_SHOWN = 40;
    /** An expression that is a member; any other has no name that would tell anybody anything. */
    private static final Pattern NAMED = Pattern.compile("(?:.*\\.)?(\\w+)");

    private final transient JsonNode context;
    private final String member;
    private final int argument;

    private Unreadable(String what, String member, JsonNode context, int argument) {
        super(what, null, false, false);
        this.member = member;
        this.context = context;
        this.argument = argument;
    }

    /** @param text as KIS sent it */
    static Unreadable of(String expected, String text) {
        String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
        return new Unreadable("KIS answered " + (text.isEmpty() ? "nothing" : "\"" + shown + "\"") + " where " + expected + " belongs", "",
                null, 0);
    }

    /** The same of another argument of its function than the first. */
    Unreadable ofArgument(int index) {
        return new Unreadable(getMessage(), member, context, index);
    }

    /**
     * The same, with its place.
     *
     * @param expressions of the function's arguments in the mapping, such as {@code .stck_prpr}
     * @param node        what the mapping was at: the reply or a row of it
     */
    Unreadable at(List<String> expressions, JsonNode node) {
        Matcher named = NAMED.matcher(expressions.get(argument));
        return new Unreadable(getMessage(), named.matches() ? named.group(1) : "", node, argument);
    }

    /** What is told of it, with member and row as far as they are known. */
    Problem problem(JsonNode reply) {
        String row = row(reply);
        String place = member.isEmpty() ? row : row.isEmpty() ? member : member + " of " + row;
        return Problem.of(ProblemCode.KIS_UNREADABLE, getMessage() + (place.isEmpty() ? "" : ": " + place));
    }

    @SuppressWarnings("ReferenceEquality")
    private String row(JsonNode reply) {
        for (Map.Entry<String, JsonNode> list : reply.properties()) {
            for (int i = 0; i < list.getValue().size() && list.getValue().isArray(); i++) {
                if (list.getValue().get(i) == context) {
                    return list.getKey() + "[" + i + "]";
                }
            }
        }
        return "";
    }
}
