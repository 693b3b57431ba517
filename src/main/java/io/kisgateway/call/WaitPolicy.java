package io.kisgateway.call;

import java.time.Duration;

/**
 * How long callers wait.
 *
 * @param usual who says nothing
 * @param most  whatever they say
 */
public record WaitPolicy(Duration usual, Duration most) {

    /** How long this one does. */
    public Duration of(Call call) {
        Long wanted = call.preferredWaitMillis();
        Duration wait = wanted == null ? usual : Duration.ofMillis(wanted);
        return wait.compareTo(most) < 0 ? wait : most;
    }
}
