package io.kisgateway.call;

import java.util.Objects;

/** What a reader of an event stream says it has got last. Carried by its call, unchecked. */
public record LastEventId(String value) {

    public LastEventId {
        Objects.requireNonNull(value);
    }
}
