package io.kisgateway.call;

import java.time.Duration;
import java.util.Objects;

/**
 * What a caller is about to be told.
 *
 * @param status      the HTTP status
 * @param contentType of the body, or null
 * @param retryAfter  how long the caller shall wait before a repeat, or null
 * @param body        as it goes over the wire; nobody changes it
 * @param problem     what went wrong, or null
 */
public record Answer(int status, String contentType, Duration retryAfter, byte[] body, Problem problem) {

    public Answer {
        Objects.requireNonNull(body);
    }
}
