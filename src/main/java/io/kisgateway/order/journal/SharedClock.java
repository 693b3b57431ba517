package io.kisgateway.order.journal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** The clock of a store that several machines share, as far as its answers tell: this machine's, put right by the difference. */
final class SharedClock extends Clock {

    private final Clock own;
    private final ZoneId zone;
    /** What is added to the own clock, milliseconds; shared with the clocks of other zones. */
    private final Offset offset;

    private static final class Offset {
        private volatile long millis;
    }

    SharedClock(Clock own) {
        this(own, own.getZone(), new Offset());
    }

    private SharedClock(Clock own, ZoneId zone, Offset offset) {
        this.own = own;
        this.zone = zone;
        this.offset = offset;
    }

    /**
     * The store told its time between two moments of the own clock. What was known before stands as long as it can be so.
     *
     * @return by how many milliseconds the store's clock is ahead of this machine's
     */
    long heard(Instant storesTime, Instant sent, Instant received) {
        long least = ChronoUnit.MILLIS.between(received, storesTime);
        long most = ChronoUnit.MILLIS.between(sent, storesTime) + 1;
        offset.millis = Math.max(least, Math.min(most, offset.millis));
        return offset.millis;
    }

    @Override
    public Instant instant() {
        return own.instant().plusMillis(offset.millis);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new SharedClock(own, other, offset);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedClock clock && clock.offset == offset && clock.zone.equals(zone);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(offset) * 31 + zone.hashCode();
    }
}
