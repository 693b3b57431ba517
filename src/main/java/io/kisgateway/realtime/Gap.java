package io.kisgateway.realtime;

import java.time.Instant;
import java.util.Optional;

/**
 * A time in which records may have been lost.
 *
 * @param until empty while it lasts
 */
public record Gap(Instant from, Optional<Instant> until, String reason) {

    Gap endedAt(Instant end) {
        return new Gap(from, Optional.of(end), reason);
    }
}
