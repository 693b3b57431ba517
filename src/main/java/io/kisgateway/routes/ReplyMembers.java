package io.kisgateway.routes;

import io.kisgateway.runtime.Resources;
import io.kisgateway.settings.Spelling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which members KIS's replies have, as far as that is known ({@code kis/replies.tsv}). As KIS may send more, only a member that differs
 * from a known one by a slip is said to be misspelt.
 */
final class ReplyMembers {

    private final Function<String, Set<String>> readBy;
    private final Map<String, Set<String>> sent = new HashMap<>();
    private final Set<String> all = new TreeSet<>();

    /** @param readBy the members that a mapping reads, by its name */
    ReplyMembers(Function<String, Set<String>> readBy) {
        this.readBy = readBy;
        Resources.table("/kis/replies.tsv", "\t").forEach(cells -> sent.put(cells[0], Set.of(cells[1].split(" "))));
        sent.values().forEach(all::addAll);
    }

    /** A sentence for each misspelt member that the mapping of a step reads of the one operation that its route asks. */
    List<String> misspelt(RouteText route, RouteText.Step reply) {
        List<RouteText.Step> asked = route.stepsTo("kis").toList();
        Set<String> known = asked.size() == 1 ? sent.get(asked.get(0).parameters().get("trId")) : null;
        List<String> told = new ArrayList<>();
        if (known != null) {
            for (String member : new TreeSet<>(readBy.apply(reply.rest()))) {
                String meant = all.contains(member) ? null : Spelling.slip(member, known);
                if (meant != null) {
                    told.add("the mapping " + reply.rest() + " reads " + member + ", which KIS does not send; did you mean " + meant + "?");
                }
            }
        }
        return told;
    }
}
