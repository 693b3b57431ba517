package io.kisgateway.order;

import io.kisgateway.order.journal.Journal;
import io.kisgateway.runtime.KoreanTime;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kill switch. It lies in the journal, hence holds for all instances, and outlives them; the very write that an
 * order needs before it is sent refuses it while the switch is set. What is kept here only saves callers a wait.
 */
@ManagedResource(description = "The kill switch: while it is set no order is sent")
public final class TradingHalt {

    private static final Logger LOG = LoggerFactory.getLogger(TradingHalt.class);
    private static final int PATIENCE_SECONDS = 5;

    private final Journal journal;
    private final Clock clock;
    /** What the setting asks for, until the journal has it. */
    private volatile boolean wanted;
    private volatile String known;

    TradingHalt(Journal journal, Clock clock, boolean fromTheStart) {
        this.journal = Objects.requireNonNull(journal);
        this.clock = clock;
        this.wanted = fromTheStart;
    }

    /** As of the last look, at most seconds ago; while the journal cannot be asked, what was last known. */
    @ManagedAttribute(description = "Whether orders are refused")
    public boolean isHalted() {
        return wanted || known != null;
    }

    /** Whether an operator has said so here and it has been told to nobody yet: no other instance can have lifted it. */
    boolean isHeldHere() {
        return wanted;
    }

    @ManagedAttribute(description = "Since when")
    public String getSince() {
        return known;
    }

    /** @throws IllegalStateException if the other instances could not be told; then this one refuses orders all the same */
    @ManagedOperation(description = "No instance sends any more orders; queries and cancellations go on")
    public void halt() {
        wanted = true;
        within(refresh());
        LOG.warn("Trading is halted");
    }

    /** @throws IllegalStateException if the journal did not answer: it may still do what it was told */
    @ManagedOperation(description = "Orders are sent again")
    public void resume() {
        within(journal.halt(null));
        wanted = false;
        known = null;
        LOG.warn("Trading goes on");
    }

    /** Puts into the journal what this instance wants, and learns what others want. */
    CompletionStage<Void> refresh() {
        if (wanted) {
            String since = KoreanTime.iso(clock.instant());
            return journal.halt(since).thenRun(() -> {
                known = since;
                wanted = false;
            });
        }
        return journal.halted(known).thenAccept(note -> known = note.orElse(null));
    }

    private static void within(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().copy().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the journal cannot be reached", e);
        }
    }

}
