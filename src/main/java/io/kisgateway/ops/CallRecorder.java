package io.kisgateway.ops;

import java.time.InstantSource;

/** Passes every finished call on to all who count, remember or write it down. */
final class CallRecorder {

    /** The endpoint of a request that reached no route. */
    private static final String NONE = "none";

    private final RequestStats stats;
    private final Metrics metrics;
    private final SentOrders orders;
    private final Callers callers;
    private final LastMinute problems;

    CallRecorder(RequestStats stats, Metrics metrics, SentOrders orders, InstantSource clock) {
        this.stats = stats;
        this.metrics = metrics;
        this.orders = orders;
        this.callers = new Callers(clock);
        this.problems = new LastMinute(clock, io.kisgateway.call.ProblemCode.values().length);
    }

    /** On the thread that finished the call; does not block. */
    void finished(FinishedCall call) {
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
            orders.add(call);
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
