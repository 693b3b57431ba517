package io.kisgateway.throttle;

import java.util.ArrayList;
import java.util.List;

/**
 * One question to the limiter.
 *
 * @param endpoint      whose windows it counts in, or null for the account's budget alone
 * @param limits        of that endpoint; none when {@code endpoint} is null
 * @param client        the client's own limit, which counts with the endpoint's, or null
 * @param patienceMillis how far ahead the slot may lie, 0 for now or never
 * @param rank          who goes first when the account's budget is short
 * @param instead       a slot held that is given up in exchange, whatever the answer; or null
 */
public record Ask(String endpoint, RateLimits limits, ClientLimit client, long patienceMillis, Rank rank, Slot instead) {

    public Ask(String endpoint, RateLimits limits, long patienceMillis, Rank rank) {
        this(endpoint, limits, null, patienceMillis, rank, null);
    }

    /** Fixed windows that count it, under the name that they have in Redis. */
    record Group(String name, RateLimits limits, Limited limited) {}

    List<Group> groups() {
        List<Group> groups = new ArrayList<>(2);
        if (endpoint != null) {
            groups.add(new Group("endpoint:" + endpoint, limits, Limited.ENDPOINT));
        }
        if (endpoint != null && client != null) {
            groups.add(new Group("client:" + client.client(), client.limits(), Limited.CLIENT));
        }
        return groups;
    }

    /** The same question by one who holds a slot that is due or was missed, and so goes before others of its rank. */
    Ask instead(Slot slot, long patience) {
        return new Ask(endpoint, limits, client, patience, rank.next(), slot);
    }

    /** The same question, with no slot given up. */
    Ask without() {
        return instead == null ? this : new Ask(endpoint, limits, client, patienceMillis, rank, null);
    }

    Ask with(Rank other, long patience) {
        return new Ask(endpoint, limits, client, patience, other, instead);
    }
}
