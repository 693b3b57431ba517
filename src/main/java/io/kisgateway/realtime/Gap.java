package io.kisgateway.realtime;

import java.time.Instant;
import java.util.Optional;

/**
 * A time in which records may have been lost.
 *
 * @param until   empty while it lasts
 * @param partial whether what KIS sent came, but for some of it
 */
public record Gap(Instant from, Optional<Instant> until, String reason, boolean partial) {

    Gap endedAt(Instant end) {
        return new Gap(from, Optional.of(end), reason, partial);
    }
}
