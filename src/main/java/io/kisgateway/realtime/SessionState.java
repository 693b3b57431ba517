package io.kisgateway.realtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the session is, as this instance sees it.
 *
 * @param on            whether realtime data is offered
 * @param connected     whether the holder is connected to KIS
 * @param since         the session was made or lost
 * @param instance      this one
 * @param holder        which instance has the session; empty if none is known
 * @param gap           the present one
 * @param registrations of all instances at KIS, at most {@link #MOST}
 * @param listeners     of this instance
 * @param records       that came to this instance since its start
 * @param lag           from KIS to this instance's listeners, of the last record
 * @param dropped       listeners that were too slow, since the start
 * @param malformed     frames of KIS that could not be read, since the start
 * @param reconnects    since the start
 */
public record SessionState(boolean on, boolean connected, Optional<Instant> since, String instance, Optional<String> holder,
        Optional<Gap> gap,
        List<Held> registrations, int listeners, long records, Duration lag, long dropped, long malformed, long reconnects) {

    /** KIS takes so many of one app key (facts 11.2). */
    public static final int MOST = 41;

    /**
     * One registration.
     *
     * @param clients who of this instance has it
     */
    public record Held(Registration registration, List<String> clients) {}
}
