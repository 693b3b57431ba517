package io.kisgateway.front;

import io.kisgateway.call.Client;
import java.util.Optional;
import java.util.function.Predicate;

/** Who may call as a client of KIS: pairs of app key and secret that the operator has given out. */
public interface KisPairs {

    /** Nobody has one: on this machine any pair will do. */
    KisPairs NONE = appKey -> Optional.empty();

    /**
     * Whose an app key is.
     *
     * @param client null where there are none
     * @param secret tells whether a secret goes with it, in constant time
     */
    record Owner(String name, Client client, Predicate<String> secret) {}

    Optional<Owner> owner(String appKey);
}
