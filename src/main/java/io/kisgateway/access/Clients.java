package io.kisgateway.access;

import io.kisgateway.call.Client;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All who may call, as of one reading of CLIENTS_FILE.
 *
 * @param byName   in the file's order
 * @param byKey    by the hash of a key
 * @param byToken  who a token may belong to
 */
record Clients(Map<String, Client> byName, Map<String, KeyOf> byKey, List<TokenOf> byToken) {

    static final Clients NONE = new Clients(Map.of(), Map.of(), List.of());

    record KeyOf(Client client, ApiKey key) {}

    record TokenOf(Client client, Identity.Pattern identity) {}

    /** @param key as it came over the wire */
    Optional<KeyOf> ofKey(String key) {
        return key.length() < ApiKey.SHORTEST ? Optional.empty() : Optional.ofNullable(byKey.get(ApiKey.hash(key)));
    }

    /** Whose a key is, if it is valid. */
    Optional<Client> owner(String sha256, Instant now) {
        return Optional.ofNullable(byKey.get(sha256)).filter(found -> found.key().isValid(now)).map(KeyOf::client);
    }

    Optional<Client> of(Identity identity) {
        return byToken.stream().filter(entry -> entry.identity().matches(identity)).map(TokenOf::client).findFirst();
    }
}
