package io.kisgateway.kept;

import io.kisgateway.runtime.Recent;
import io.kisgateway.runtime.Store;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/** All that is kept, by name; the same for every version of a route. */
public final class KeptReplies {

    /** Those that were used last stay in memory: a calendar of four years has about a hundred. */
    private static final int MOST = 200;

    private final String scope;
    private final Store store;
    private final ScheduledExecutorService timers;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Map<String, DailyReply> replies = Recent.map(MOST);

    /**
     * @param scope  the environment: what one KIS says is not kept for another
     * @param timers for looking again whether another instance has its answer
     */
    public KeptReplies(String scope, Store store, ScheduledExecutorService timers, InstantSource clock, LongSupplier nanoTime) {
        this.scope = scope;
        this.store = store;
        this.timers = timers;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    InstantSource clock() {
        return clock;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    /** @param lastDay as {@link DailyReply} has it */
    DailyReply reply(String name, LocalDate lastDay) {
        synchronized (replies) {
            return replies.computeIfAbsent(name, key -> new DailyReply("kept:" + scope + "-" + key, lastDay, store, timers, clock));
        }
    }
}
