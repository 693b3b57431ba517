package io.kisgateway.ops;

import java.time.InstantSource;

/** Passes every finished call on to all who count, remember or write it down. */
public final class CallRecorder {

    /** The endpoint of a request that reached no route. */
    private static final String NONE = "none";

    private final RequestStats stats;
    private final Metrics metrics;
    private final OrdersView orders;
    private final Callers callers;
    private final LastMinute problems;
    private final InstantSource clock;

    public CallRecorder(RequestStats stats, Metrics metrics, OrdersView orders, InstantSource clock) {
        this.stats = stats;
        this.metrics = metrics;
        this.orders = orders;
        this.clock = clock;
        this.callers = new Callers(clock);
        this.problems = new LastMinute(clock, io.kisgateway.call.ProblemCode.values().length);
    }

    /** On the thread that finished the call; does not block. */
    public void finished(FinishedCall call) {
        boolean endpoint = stats.watches(call.endpoint());
        if (endpoint || call.endpoint().equals(NONE)) {
            metrics.finished(call);
            callers.add(call);
            if (call.code() != null) {
                problems.add(call.code());
            }
        }
        if (endpoint) {
            stats.add(call);
            orders.finished(call, clock.instant());
        }
        RequestLog.write(call, !endpoint && !call.endpoint().equals(NONE));
    }

    Callers callers() {
        return callers;
    }

    /** How many calls ended with this problem in the last minute. */
    int lastMinute(io.kisgateway.call.ProblemCode code) {
        return problems.total(code.name());
    }
}
