package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members that a mapping reads and that no reply has had so far: misspelt, as a rule, where KIS would have sent a blank. Told once in
 * the log and for as long as it is so on the page of the routes.
 */
final class UnseenMembers {

    private static final Logger LOG = LoggerFactory.getLogger(UnseenMembers.class);
    /** Replies that are looked at; who has not been in these will not come. */
    private static final int MOST_REPLIES = 100;

    private final String mapping;
    private final Set<String> all;
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();
    private volatile int replies;

    UnseenMembers(String mapping, Set<String> members) {
        this.mapping = mapping;
        this.all = Set.copyOf(members);
        unseen.addAll(members);
    }

    /** Whether they have been seen or not. */
    Set<String> all() {
        return all;
    }

    /** Takes notice of a reply, unless it is one with nothing in it. */
    void look(JsonNode reply) {
        if (unseen.isEmpty() || replies >= MOST_REPLIES || reply == null || reply.isEmpty() || hasNothing(reply)) {
            return;
        }
        unseen.removeIf(member -> reply.findValue(member) != null);
        boolean first;
        synchronized (this) {
            first = replies++ == 0;
        }
        if (first && !unseen.isEmpty()) {
            LOG.warn("The mapping {} reads {}, which KIS's reply does not have: is it misspelt? This is said once", mapping,
                    String.join(", ", new TreeSet<>(unseen)));
        }
    }

    /** A list without rows says nothing of what rows have. */
    private static boolean hasNothing(JsonNode reply) {
        for (JsonNode member : reply) {
            if (member.isContainerNode() && member.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Empty before the first reply. */
    Set<String> missing() {
        return replies == 0 ? Set.of() : new TreeSet<>(unseen);
    }
}
