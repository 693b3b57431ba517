package io.kisgateway.ops;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes log events from the threads that serve requests and writes them on one of its own. When whoever reads the
 * output is too slow, lines up to INFO are dropped, and counted, before the queue is full; nobody ever waits.
 */
public final class LogQueue extends AsyncAppender {

    private static final int LINES = 8192;
    private static final int KEPT_FOR_WARNINGS = 1024;
    private static final int FLUSH_MILLIS = 2000;

    private final LongAdder dropped = new LongAdder();

    public LogQueue() {
        setQueueSize(LINES);
        setDiscardingThreshold(KEPT_FOR_WARNINGS);
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_MILLIS);
    }

    /** Asked only when there is little room left. */
    @Override
    protected boolean isDiscardable(ILoggingEvent event) {
        boolean discards = super.isDiscardable(event);
        if (discards) {
            dropped.increment();
        }
        return discards;
    }

    long dropped() {
        return dropped.sum();
    }
}
