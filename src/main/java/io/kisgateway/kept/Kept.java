package io.kisgateway.kept;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.Objects;

/**
 * A reply that is kept; several callers share it, so nobody changes it.
 *
 * @param askedOn the day, in Korea, on which it was asked for
 */
record Kept(LocalDate askedOn, ObjectNode reply) {

    Kept {
        Objects.requireNonNull(askedOn);
        Objects.requireNonNull(reply);
    }
}
