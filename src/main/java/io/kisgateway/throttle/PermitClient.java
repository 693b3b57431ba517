package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.Client;

/**
 * Whom a permit is for: those who wait go round their clients.
 *
 * @param name    null where callers cannot be told apart
 * @param limit   its own, or null
 * @param share   how much of a queue it may fill, percent
 * @param address whose name it is that anybody there may have given itself; null for a client that the operator knows
 */
record PermitClient(String name, ClientLimit limit, int share, String address) {

    static final PermitClient NONE = new PermitClient(null, null, 100, null);
    /** Of whoever is known by address alone. */
    private static final int USUAL_SHARE = 50;

    /** The client that the operator knows; else whoever it says it is, at its address. */
    static PermitClient of(Call call) {
        Client client = call.client();
        if (client != null) {
            ClientLimit limit = client.rate() == null ? null : new ClientLimit(client.name(), RateLimits.parse(client.rate()));
            return new PermitClient(client.name(), limit, client.queueShare(), null);
        }
        Caller caller = call.attribute(Caller.class);
        return caller == null || caller.address().equals("unknown") ? NONE
                : new PermitClient(caller.toString(), null, USUAL_SHARE, caller.address());
    }

    /** One of all those at its address who have no turn of their own. */
    PermitClient unnamed() {
        return new PermitClient(address, limit, share, null);
    }

    /** How many places of so many it may have. */
    int places(int of) {
        return (int) Math.max(1, (long) of * share / 100);
    }
}
