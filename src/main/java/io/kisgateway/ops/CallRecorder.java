package io.kisgateway.ops;

import io.kisgateway.call.OrderFate;
import io.kisgateway.call.ProblemCode;
import java.time.InstantSource;
import java.util.Set;

/** Passes every finished call on to all who count, remember or write it down. */
final class CallRecorder {

    /** The endpoint of a request that reached no route. */
    private static final String NONE = "none";

    /** These have findings of their own. */
    private static final Set<String> TOLD_ELSEWHERE = Set.of(ProblemCode.TRADING_HALTED.name(), ProblemCode.SHUTTING_DOWN.name());

    private final RequestStats stats;
    private final Metrics metrics;
    private final SentOrders orders;
    private final AuditLog audit;
    private final Callers callers;
    private final LastMinute problems;
    private final LastMinute orderProblems;

    CallRecorder(RequestStats stats, Metrics metrics, SentOrders orders, AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.stats = stats;
        this.metrics = metrics;
        this.orders = orders;
        this.callers = new Callers(clock);
        this.problems = new LastMinute(clock, ProblemCode.values().length);
        this.orderProblems = new LastMinute(clock, ProblemCode.values().length);
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
            if (call.orderFate() != OrderFate.NO_ORDER && call.status() >= 500 && !TOLD_ELSEWHERE.contains(call.code())) {
                orderProblems.add(call.code());
            }
        }
        audit.finished(call);
        RequestLog.write(call, !endpoint && !call.endpoint().equals(NONE));
    }

    Callers callers() {
        return callers;
    }

    /** Orders of the last minute that failed, though KIS did not refuse them. */
    int failedOrders() {
        return orderProblems.total();
    }

    /** Of what these did, the most frequent first. */
    String orderFailures() {
        return String.join(", ", orderProblems.totals().keySet());
    }

    /** How many calls ended with this problem in the last minute. */
    int lastMinute(ProblemCode code) {
        return problems.total(code.name());
    }
}
