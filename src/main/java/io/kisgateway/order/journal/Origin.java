package io.kisgateway.order.journal;

import java.util.Objects;

/**
 * Who orders, and by which request.
 *
 * @param caller      as far as the edge knows, or null
 * @param instance    the gateway that took the request
 * @param client      the name under which the caller is known, or null where anybody may call
 * @param key         the Idempotency-Key, or null; each client has keys of its own
 * @param fingerprint of the endpoint and the validated request
 */
public record Origin(String endpoint, String caller, String client, String requestId, String instance, String key, String fingerprint) {

    public Origin {
        Objects.requireNonNull(endpoint);
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(instance);
        Objects.requireNonNull(fingerprint);
    }

    /** What keys begin with that the gateway makes for requests without one; no caller's key can. */
    static final String MADE_UP = "auto;";
    private static final char NUMBER = '#';

    /**
     * A key for a request that brought none.
     *
     * @param kind   requests of the same kind may be repeats of each other
     * @param number sorts by time
     */
    public static String madeUp(String kind, String number) {
        return MADE_UP + kind + NUMBER + number;
    }

    /** Of a key that is made up. */
    public static String kind(String key) {
        return key.substring(MADE_UP.length(), key.lastIndexOf(NUMBER));
    }

    /** The key that the caller has sent; null if there was none. */
    public String givenKey() {
        return key == null || key.startsWith(MADE_UP) ? null : key;
    }

    /** The key among the keys of all clients; null without a key. A key has no line break inside. */
    public String keyName() {
        return key == null ? null : keyName(client, key);
    }

    static String keyName(String client, String key) {
        return client == null ? key : client + "\n" + key;
    }
}
