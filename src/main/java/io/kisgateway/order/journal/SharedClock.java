package io.kisgateway.order.journal;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The clock of a store that several machines share, as far as its answers tell: this machine's, put right by the difference. */
final class SharedClock implements InstantSource {

    private final InstantSource own;
    /** What is added to the own clock, milliseconds. */
    private volatile long offset;

    SharedClock(InstantSource own) {
        this.own = own;
    }

    /**
     * The store told its time between two moments of the own clock. What was known before stands as long as it can be so.
     *
     * @return by how many milliseconds the store's clock is ahead of this machine's
     */
    long heard(Instant storesTime, Instant sent, Instant received) {
        long least = ChronoUnit.MILLIS.between(received, storesTime);
        long most = ChronoUnit.MILLIS.between(sent, storesTime) + 1;
        offset = Math.max(least, Math.min(most, offset));
        return offset;
    }

    @Override
    public Instant instant() {
        return own.instant().plusMillis(offset);
    }
}
