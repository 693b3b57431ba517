package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.FillerRows;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether KIS knows the code that was asked for: of one that it does not know it sends success and nothing in it (facts 3.1), and of one
 * before its first trade no price but all the rest.
 */
final class KnownStock {

    private static final Pattern MEMBERS = Pattern.compile("\\w+(\\.\\w+)*");
    /** What is longer is no number; to read it would take a time that grows with its square. */
    private static final int MOST_CHARACTERS = 40;

    private final String[] zero;
    private final String[] empty;
    private final String[] known;

    KnownStock(KisEndpoint endpoint) {
        this.zero = split("unknownWhenZero", endpoint.unknownWhenZero);
        this.empty = split("unknownWhenEmpty", endpoint.unknownWhenEmpty);
        this.known = split("knownBy", endpoint.knownBy);
        if (known != null && zero == null && empty == null) {
            throw new IllegalArgumentException("knownBy goes with unknownWhenZero or unknownWhenEmpty");
        }
    }

    private static String[] split(String name, String memberPath) {
        if (memberPath != null && !MEMBERS.matcher(memberPath).matches()) {
            throw new IllegalArgumentException(name + " is a place like output or output.stck_prpr, not " + memberPath);
        }
        return memberPath == null ? null : memberPath.split("\\.");
    }

    /** @throws io.kisgateway.call.Problem if KIS does not know the code, or has no price of it yet */
    void check(ObjectNode reply) {
        if (empty != null) {
            JsonNode value = at(reply, empty);
            if (value.isMissingNode()) {
                // Of a code that it does not know KIS sends something empty; what is not there at all says nothing.
                throw Problems.unreadable("no " + String.join(".", empty));
            }
            if (isEmpty(value) && hasRows(reply)) {
                return;
            }
            if (isEmpty(value) && !isKnown(reply)) {
                throw Problems.unknownCode();
            }
        }
        if (zero != null && isZero(reply, zero)) {
            throw isKnown(reply) ? Problems.noPriceYet() : Problems.unknownCode();
        }
    }

    /** Of a code that it does not know KIS has none. */
    private boolean hasRows(ObjectNode reply) {
        return reply.properties().stream()
                .anyMatch(member -> !member.getKey().equals(empty[0]) && member.getValue().isArray()
                        && !Pages.Rows.holdsNothing(member.getValue()));
    }

    private boolean isKnown(ObjectNode reply) {
        if (known == null) {
            return false;
        }
        JsonNode value = at(reply, known);
        return !isEmpty(value) && !(value.isValueNode() && value.asText().strip().matches("[0.]+"));
    }

    private static boolean isZero(ObjectNode reply, String[] place) {
        JsonNode value = at(reply, place);
        if (!value.isValueNode()) {
            throw Problems.unreadable("no " + String.join(".", place));
        }
        String text = value.asText().strip();
        try {
            return text.isEmpty() ? saysNothingOf(reply, place) : text.length() <= MOST_CHARACTERS && new BigDecimal(text).signum() == 0;
        } catch (NumberFormatException e) {
            throw Problems.unreadable(String.join(".", place) + " is no number");
        }
    }

    /** Of a code that it does not know KIS shows nothing; one blank among values is a fault (facts 3.1). */
    private static boolean saysNothingOf(ObjectNode reply, String[] place) {
        return FillerRows.holdsNothing(at(reply, Arrays.copyOf(place, place.length - 1)), List.of(place[place.length - 1]));
    }

    /** Of blanks, of rows of blanks, of zeros (facts 3.1). */
    private static boolean isEmpty(JsonNode value) {
        return !value.isNull() && Pages.Rows.holdsNothing(value);
    }

    private static JsonNode at(ObjectNode reply, String[] path) {
        JsonNode node = reply;
        for (String member : path) {
            node = node.path(member);
        }
        return node;
    }
}
