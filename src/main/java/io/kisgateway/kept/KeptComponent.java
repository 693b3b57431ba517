package io.kisgateway.kept;

import io.kisgateway.call.OwnCalls;
import io.kisgateway.runtime.Recent;
import io.kisgateway.runtime.Store;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes {@code kept:name} endpoints: what KIS may be asked at most once a day. Bound in the registry as {@code kept}. */
@Component("kept")
public final class KeptComponent extends DefaultComponent {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

    /** Those that were used last stay in memory: a calendar of four years has about a hundred. */
    private static final int MOST = 200;

    private final String scope;
    private final Store store;
    private final ScheduledExecutorService timers;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    /** All that is kept, by name; the same for every version of a route. */
    private final Map<String, DailyReply> replies = Recent.map(MOST);
    private OwnCalls calls;

    /**
     * @param scope  the environment: what one KIS says is not kept for another
     * @param timers for looking again whether another instance has its answer
     */
    public KeptComponent(String scope, Store store, ScheduledExecutorService timers, InstantSource clock, LongSupplier nanoTime) {
        this.scope = scope;
        this.store = store;
        this.timers = timers;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        calls = new OwnCalls(getCamelContext(), nanoTime);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (!NAME.matcher(remaining).matches()) {
            throw new IllegalArgumentException("kept:" + remaining + " is not like kept:trading-days");
        }
        return new KeptEndpoint(uri, this, remaining, parameters);
    }

    InstantSource clock() {
        return clock;
    }

    OwnCalls calls() {
        return calls;
    }

    /** @param lastDay as {@link DailyReply} has it */
    DailyReply reply(String name, LocalDate lastDay) {
        synchronized (replies) {
            return replies.computeIfAbsent(name, key -> new DailyReply("kept:" + scope + "-" + key, lastDay, store, timers, clock));
        }
    }
}
