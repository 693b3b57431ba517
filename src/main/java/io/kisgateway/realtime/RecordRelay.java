package io.kisgateway.realtime;

import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other instances the records: whatever comes while one message is under way, or right after it, goes with the next, as a
 * message costs all instances far more than one record more in it. Used by one thread only.
 */
final class RecordRelay {

    private static final Logger LOG = LoggerFactory.getLogger(RecordRelay.class);
    /** Characters; who misses some sees it by the sequence. */
    private static final int MOST = 8 * 1024 * 1024;

    private final long epoch;
    private final Instances instances;
    private final Executor later;
    private final StringBuilder waiting = new StringBuilder();
    private boolean underWay;
    private boolean closed;

    /** @param later runs things on the thread that uses this, some milliseconds later */
    RecordRelay(long epoch, Instances instances, Executor later) {
        this.epoch = epoch;
        this.instances = instances;
        this.later = later;
    }

    void add(MarketRecord one) {
        if (waiting.length() > MOST) {
            LOG.warn("Redis is too slow for the records of KIS; other instances miss some");
            waiting.setLength(0);
        }
        waiting.append(Saying.line(one));
        if (!underWay) {
            send();
        }
    }

    private void send() {
        if (waiting.isEmpty() || closed) {
            return;
        }
        underWay = true;
        String message = Saying.records(epoch, instances.self(), waiting);
        waiting.setLength(0);
        instances.sayAsHolder(epoch, message).whenComplete((said, failure) -> later.execute(() -> {
            underWay = false;
            send();
        }));
    }

    void close() {
        closed = true;
    }
}
