package io.kisgateway.routes;

import io.kisgateway.settings.Spelling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which members KIS's replies have, as far as that is known ({@code kis/replies.tsv}). As KIS may send more, only a member that differs
 * from a known one by a slip is said to be misspelt.
 */
final class ReplyMembers {

    private final Function<String, Set<String>> readBy;
    private final Map<String, Set<String>> sent = load();
    private final Set<String> all = new TreeSet<>();

    /** @param readBy the members that a mapping reads, by its name */
    ReplyMembers(Function<String, Set<String>> readBy) {
        this.readBy = readBy;
        sent.values().forEach(all::addAll);
    }

    private static Map<String, Set<String>> load() {
        InputStream file = Objects.requireNonNull(ReplyMembers.class.getResourceAsStream("/kis/replies.tsv"), "replies.tsv");
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            Map<String, Set<String>> sent = new HashMap<>();
            reader.lines().filter(line -> !line.startsWith("#")).map(line -> line.split("\t"))
                    .forEach(cells -> sent.put(cells[0], Set.of(cells[1].split(" "))));
            return sent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
