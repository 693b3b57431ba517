package io.kisgateway.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * What a route gives its caller on success: the members beside {@code success} and {@code response_time}. Several
 * callers may share one, so nobody changes it.
 */
public record Reply(ObjectNode members) {

    public Reply {
        Objects.requireNonNull(members);
    }
}
