package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.FillerRows;
import io.kisgateway.kis.KisOutcome.Success;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rows of a range that KIS gives from its newest end, page after page, by a parameter that walks back. For one call. */
abstract class WalkedRows extends Pages {

    private final String to;
    private final Set<String> keys;
    private final int most;
    private ArrayNode all;
    private int pages;

    /**
     * @param to   the parameter that says up to where, in a form whose order is that of time
     * @param most so many pages; more are without an end
     * @param keys the members that say when a row is of
     */
    WalkedRows(TrCall first, String to, int most, String... keys) {
        super(first);
        this.to = to;
        this.keys = Set.of(keys);
        this.most = most;
    }

    /**
     * Takes a page, of which all but the rows is of the first.
     *
     * @return its rows that hold something; those that count are to be added
     * @throws io.kisgateway.call.Problem if a row does not say when it is of, for then the walk cannot tell how far it is
     */
    List<JsonNode> take(Success page) {
        pages++;
        ObjectNode reply = page.reply();
        String member = Rows.member(reply);
        if (member == null && !page.empty()) {
            throw Problems.unreadable("a page without rows");
        }
        ArrayNode found = member == null ? reply.arrayNode() : Rows.of(reply, member);
        if (merged == null) {
            merged = reply;
            all = reply.arrayNode();
            merged.set(member == null ? Rows.SECOND : member, all);
        }
        List<JsonNode> rows = new ArrayList<>(found.size());
        for (JsonNode row : found) {
            if (FillerRows.holdsNothing(row, keys)) {
                continue;
            }
            for (String key : keys) {
                if (KisMessages.text(row, key).isEmpty()) {
                    throw Problems.unreadable("a row without " + key);
                }
            }
            rows.add(row);
        }
        return rows;
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
}
