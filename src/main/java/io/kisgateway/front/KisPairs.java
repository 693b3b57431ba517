package io.kisgateway.front;

import io.kisgateway.call.Client;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who may call as a client of KIS: the operator's clients, by what they send for app key and secret.
 *
 * @param named    the client of a name
 * @param keyOwner whose key, valid now, a secret is
 */
public record KisPairs(Function<String, Optional<Client>> named, Function<String, Optional<Client>> keyOwner) {

    /** There are no clients. */
    public static final KisPairs NONE = new KisPairs(name -> Optional.empty(), key -> Optional.empty());
}
