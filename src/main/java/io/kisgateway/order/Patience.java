package io.kisgateway.order;

import io.kisgateway.call.Call;
import java.time.Duration;

/**
 * How long a caller waits.
 *
 * @param usual if they say nothing
 * @param most  whatever they say
 */
public record Patience(Duration usual, Duration most) {

    Duration of(Call call) {
        Long wanted = call.preferredWaitMillis();
        Duration wait = wanted == null ? usual : Duration.ofMillis(wanted);
        return wait.compareTo(most) < 0 ? wait : most;
    }
}
