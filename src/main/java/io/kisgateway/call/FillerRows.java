package io.kisgateway.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Map;

/** KIS pads its lists with rows that hold nothing: of blanks, of blanks beside a date, of zeros without a date. */
public final class FillerRows {

    private FillerRows() {}

    /**
     * Whether a row of a list is one.
     *
     * @param keys the members that say whose row it is, such as its date: they alone are nothing
     */
    public static boolean holdsNothing(JsonNode row, Collection<String> keys) {
        if (!row.isObject()) {
            return isBlank(row);
        }
        boolean keyed = keys.stream().noneMatch(key -> isBlankOrZero(row.path(key)));
        for (Map.Entry<String, JsonNode> member : row.properties()) {
            if (!keys.contains(member.getKey()) && !(keyed ? isBlank(member.getValue()) : isBlankOrZero(member.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(JsonNode value) {
        return value.isContainerNode() ? value.isEmpty() : value.isMissingNode() || value.isNull() || value.asText().isBlank();
    }

    private static boolean isBlankOrZero(JsonNode value) {
        return isBlank(value) || value.isValueNode() && value.asText().chars().allMatch(c -> c == '0' || c == '.');
    }
}
