package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.FillerRows;
import io.kisgateway.kis.KisOutcome.Success;
import io.kisgateway.runtime.KoreanTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rows of a range that KIS gives from its newest end, page after page, by a parameter that walks back. For one call. */
final class WalkedRows {

    private static final int MOST_SHOWN = 10;

    private final String to;
    private final Set<String> keys;
    private final int most;
    private ObjectNode merged;
    private ArrayNode all;
    private int pages;

    /**
     * @param to   the parameter that says up to where, in a form whose order is that of time
     * @param most so many pages; more are without an end
     * @param keys the members that say when a row is of
     */
    WalkedRows(String to, int most, String... keys) {
        this.to = to;
        this.keys = Set.of(keys);
        this.most = most;
    }

    /**
     * Takes a page, of which all but the rows is of the first.
     *
     * @return its rows that hold something; those that count are to be added
     * @throws io.kisgateway.call.Problem if a row does not say when it is of, or not legibly, for then the walk cannot tell how far it is
     */
    List<JsonNode> take(Success page) {
        pages++;
        ObjectNode reply = page.reply();
        String member = Pages.Rows.member(reply);
        if (member == null && !page.empty()) {
            throw Problems.unreadable("a page without rows");
        }
        ArrayNode found = member == null ? reply.arrayNode() : Pages.Rows.of(reply, member);
        if (merged == null) {
            merged = reply;
            all = reply.arrayNode();
            merged.set(member == null ? Pages.Rows.SECOND : member, all);
        }
        List<JsonNode> rows = new ArrayList<>(found.size());
        for (int i = 0; i < found.size(); i++) {
            JsonNode row = found.get(i);
            if (!FillerRows.holdsNothing(row, keys)) {
                for (String key : keys) {
                    requireMoment(KisMessages.text(row, key), key, member + "[" + i + "]");
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static void requireMoment(String text, String key, String row) {
        try {
            var unused = (key.endsWith("_hour") ? KoreanTime.TIME : DateTimeFormatter.BASIC_ISO_DATE).parse(text);
        } catch (DateTimeParseException e) {
            String said = text.isEmpty() ? "nothing" : text.length() > MOST_SHOWN ? "a long text" : '"' + text + '"';
            throw Problems.unreadable(said + " where a moment belongs: " + key + " of " + row);
        }
    }

    void add(JsonNode row) {
        all.add(row);
    }

    int size() {
        return all.size();
    }

    /** The request for what is older; none if KIS has not gone back. */
    Optional<TrCall> before(TrCall asked, String earlier) {
        if (earlier.compareTo(asked.parameters().get(to)) >= 0) {
            return Optional.empty();
        }
        if (pages >= most) {
            throw Problems.unreadable("pages without an end");
        }
        return Optional.of(asked.nextPage(false, Map.of(to, earlier)));
    }

    ObjectNode merged() {
        return merged;
    }
}
