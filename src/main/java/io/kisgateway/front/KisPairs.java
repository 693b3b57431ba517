package io.kisgateway.front;

import io.kisgateway.call.Client;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who may call as a client of KIS: the operator's clients, by what they send for app key and secret.
 *
 * @param named     the client of a name
 * @param keyOwner  whose key, valid now, a secret is
 * @param hashOwner the same by the key's SHA-256 in hex
 * @param hashes    of all keys, valid or not; the same set until there are others
 * @param wrong     is told of an address that has shown a wrong pair, and tells how long it must wait before the next; zero for not at all
 */
public record KisPairs(Function<String, Optional<Client>> named, Function<String, Optional<Client>> keyOwner,
        Function<String, Optional<Client>> hashOwner, Supplier<Set<String>> hashes, Function<String, Duration> wrong) {}
