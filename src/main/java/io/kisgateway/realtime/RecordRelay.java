package io.kisgateway.realtime;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other instances the records: whatever comes while one message is under way, or right after it, goes with the next, as a
 * message costs all instances far more than one record more in it. What may not have been heard goes with the next too: who has heard it
 * knows it by the sequence. Used by one thread only.
 */
final class RecordRelay {

    private static final Logger LOG = LoggerFactory.getLogger(RecordRelay.class);
    /** Characters; who misses some sees it by the sequence. */
    private static final int MOST = 8 * 1024 * 1024;

    private final long epoch;
    private final Instances instances;
    private final Executor later;
    private final LongSupplier nanoTime;
    private final StringBuilder waiting = new StringBuilder();
    /** Since when the eldest of them waits. */
    private long since;
    private boolean underWay;
    private boolean closed;

    /**
     * @param later    runs things on the thread that uses this, some milliseconds later
     * @param nanoTime the monotonic clock
     */
    RecordRelay(long epoch, Instances instances, Executor later, LongSupplier nanoTime) {
        this.epoch = epoch;
        this.instances = instances;
        this.later = later;
        this.nanoTime = nanoTime;
    }

    void add(MarketRecord one) {
        if (waiting.length() > MOST) {
            LOG.warn("Redis is too slow for the records of KIS; other instances miss some");
            waiting.setLength(0);
        }
        if (waiting.isEmpty()) {
            since = nanoTime.getAsLong();
        }
        waiting.append(Saying.line(one));
        if (!underWay) {
            send();
        }
    }

    /** What could not be told, and has waited since. */
    void again() {
        if (!underWay) {
            send();
        }
    }

    private void send() {
        if (waiting.isEmpty() || closed) {
            return;
        }
        underWay = true;
        String lines = waiting.toString();
        long eldest = since;
        waiting.setLength(0);
        instances.sayAsHolder(epoch, Saying.records(epoch, instances.self(), lines)).whenComplete((said, failure) -> later.execute(() -> {
            underWay = false;
            if (failure == null) {
                send();
            } else if (nanoTime.getAsLong() - eldest < SharedSession.LEASE.toNanos()) {
                waiting.insert(0, lines);
                since = eldest;
            }
        }));
    }

    void close() {
        closed = true;
    }
}
