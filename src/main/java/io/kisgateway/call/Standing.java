package io.kisgateway.call;

import java.util.Optional;

/** What a caller has shown of itself: looked at again by whoever lets it stay, or is about to act for it after a wait. */
@FunctionalInterface
public interface Standing {

    /** The client as it is now; empty if its key or token is not good any more. Does not block. */
    Optional<Client> now();
}
