package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.runtime.KoreanTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Bars of one minute made into bars of several, which begin at whole multiples of the hour's minutes. */
final class Bars {

    private static final int HOUR = 60;

    private Bars() {}

    /**
     * @param bars    newest first, with {@code time}, {@code open}, {@code high}, {@code low}, {@code close}, {@code price} and
     *                {@code volume}, of which all but {@code time} may be null
     * @param minutes 1 to 60
     */
    static JsonNode fold(JsonNode bars, int minutes) {
        if (minutes == 1 || !bars.isArray()) {
            return bars;
        }
        ArrayNode folded = JsonNodeFactory.instance.arrayNode();
        ObjectNode bar = null;
        for (JsonNode minute : bars) {
            String begin = begin(minute.path("time").asText(), minutes);
            if (bar == null || !bar.path("time").asText().equals(begin)) {
                bar = ((ObjectNode) minute).deepCopy().put("time", begin);
                folded.add(bar);
            } else {
                // Older than what the bar holds so far.
                take(bar, "open", minute, true);
                take(bar, "high", minute, greater(minute.path("high"), bar.path("high")));
                take(bar, "low", minute, greater(bar.path("low"), minute.path("low")));
                take(bar, "close", minute, bar.path("close").isNull());
                take(bar, "price", minute, bar.path("price").isNull());
                addVolume(bar, minute.path("volume"));
            }
        }
        return folded;
    }

    private static String begin(String time, int minutes) {
        OffsetDateTime at = OffsetDateTime.parse(time);
        return at.truncatedTo(ChronoUnit.HOURS).plusMinutes(at.getMinute() / minutes * minutes % HOUR).format(KoreanTime.ISO_SECONDS);
    }

    private static void take(ObjectNode bar, String member, JsonNode from, boolean wanted) {
        if (!from.path(member).isNull() && (wanted || bar.path(member).isNull())) {
            bar.set(member, from.path(member));
        }
    }

    private static boolean greater(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber() && one.decimalValue().compareTo(other.decimalValue()) > 0;
    }

    /** What is not known of one minute is not known of all. */
    private static void addVolume(ObjectNode bar, JsonNode volume) {
        JsonNode sum = bar.path("volume");
        bar.set("volume", sum.isNumber() && volume.isNumber() ? LongNode.valueOf(Math.addExact(sum.longValue(), volume.longValue()))
                : JsonNodeFactory.instance.nullNode());
    }
}
