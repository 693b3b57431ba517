package io.kisgateway.throttle;

/**
 * A place in time that is reserved for one call, by the limiter's clock; and the same on this machine's monotonic
 * clock, where the uncertainty between the clocks makes it start later and end earlier, never the other way round.
 *
 * @param ask             what it was reserved for
 * @param at              limiter's clock, milliseconds since the epoch
 * @param column          as what it is booked, see {@link RollingWindow}
 * @param goNanos         not before
 * @param validUntilNanos not after; the call must have left for KIS by then
 * @param source          who keeps what it stands in
 * @param paceEra         of which slow-down, and of which memory of Redis it is
 */
public record Slot(Ask ask, long at, int column, long goNanos, long validUntilNanos, Source source, long paceEra) {

    public enum Source {
        /** Shared by all instances. */
        REDIS,
        /** This instance alone, by configuration. */
        MEMORY,
        /** This instance alone with its share of the limits, since Redis is away. */
        LOCAL
    }

    /** Whether more urgent calls may have taken its place until it is due: then it is confirmed by asking once more. */
    boolean yields() {
        return column > RollingWindow.FIXED;
    }
}
