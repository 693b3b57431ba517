package io.kisgateway.order;

import io.kisgateway.call.AuditEvent;
import io.kisgateway.order.journal.AuditLine;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.runtime.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did or was refused what, for the journal: what orders leave no entry, and what operators did. It is written a little later,
 * many at once; a flood of refusals is written in part, and how many are left out is.
 */
final class AuditTrail {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int MOST_WAITING = 2000;
    private static final int MOST_AT_ONCE = 500;

    private final Journal journal;
    private final BlockingQueue<AuditLine> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong leftOut = new AtomicLong();
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile boolean away;

    AuditTrail(Journal journal) {
        this.journal = journal;
    }

    /** Does not block. */
    void add(AuditEvent event) {
        if (!waiting.offer(new AuditLine(event.at(), event.kind().name().toLowerCase(Locale.ROOT), event.client(), event.address(),
                event.what(), event.outcome(), event.times()))) {
            leftOut.incrementAndGet();
        }
    }

    int waiting() {
        return waiting.size();
    }

    /** Writes what has come; what cannot be written waits. */
    CompletableFuture<?> write() {
        if (waiting.isEmpty() || !writing.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(null);
        }
        List<AuditLine> lines = new ArrayList<>();
        waiting.drainTo(lines, MOST_AT_ONCE);
        long missing = leftOut.getAndSet(0);
        if (missing > 0) {
            lines.add(new AuditLine(journal.clock().instant(), "left out", null, null, "lines that came too fast", null, missing));
        }
        return journal.audit(lines).handle((done, failure) -> {
            if (failure != null) {
                leftOut.addAndGet(lines.stream().filter(line -> !waiting.offer(line)).count());
            }
            if (failure != null && !away) {
                LOG.warn("Refusals and operators' actions cannot be written into the journal at the moment: {}", Stages.brief(failure));
            }
            away = failure != null;
            writing.set(false);
            return null;
        }).toCompletableFuture();
    }

    void close() {
        if (!write().thenApply(done -> true).completeOnTimeout(false, 1, TimeUnit.SECONDS).join()) {
            LOG.warn("Not all refusals and operators' actions could be written into the journal");
        }
    }
}
