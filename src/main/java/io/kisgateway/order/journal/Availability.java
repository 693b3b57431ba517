package io.kisgateway.order.journal;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a journal can be written, as its last writes showed; says so in the log when that changes. */
final class Availability {

    private static final Logger LOG = LoggerFactory.getLogger(Availability.class);

    private record Fault(Instant since, String why) {}

    private final String place;
    private final Clock clock;
    private final AtomicReference<Fault> fault = new AtomicReference<>();

    /** @param place what the log calls the journal */
    Availability(String place, Clock clock) {
        this.place = place;
        this.clock = clock;
    }

    void failed(String why) {
        if (fault.compareAndSet(null, new Fault(clock.instant(), why))) {
            LOG.error("Orders cannot be written down in {}: {}. Until they can, every order is refused", place, why);
        }
    }

    void wrote() {
        Fault ended = fault.getAndSet(null);
        if (ended != null) {
            LOG.info("Orders can be written down in {} again", place);
        }
    }

    boolean isAway() {
        return fault.get() != null;
    }

    JournalState state(Unreadable unreadable) {
        Fault now = fault.get();
        return new JournalState(now == null, now == null ? null : now.since(), now == null ? null : now.why(), unreadable.count());
    }
}
