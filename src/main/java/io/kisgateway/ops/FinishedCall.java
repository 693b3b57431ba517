package io.kisgateway.ops;

import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;

/**
 * What operators get to know of one finished call.
 *
 * @param endpoint   the route's id
 * @param path       the request's path
 * @param requestId  its id
 * @param stockCode  the code it was about, or null
 * @param status     the HTTP status sent
 * @param code       the problem's code, or null on success
 * @param nanos      time in the gateway, queue included
 * @param queueNanos of that, waiting for permits
 * @param kisNanos   of that, waiting for KIS
 * @param orderFate  whether its order can exist
 * @param caller     who called
 * @param client     the client that it was, or null if that is not known
 * @param order      what was ordered, for people, or null
 * @param kisText    why KIS said no, in KIS's own words, or null
 */
record FinishedCall(String endpoint, String path, String requestId, String stockCode, int status, String code,
        long nanos, long queueNanos, long kisNanos, OrderFate orderFate, Caller caller, String client, String order, String kisText) {

    private static final Caller NOBODY = new Caller("unknown", null, null);

    /**
     * @param order   what was ordered, or null
     * @param problem what went wrong, or null
     */
    static FinishedCall of(Call call, String stockCode, String order, int status, Problem problem) {
        Caller caller = call.attribute(Caller.class);
        return new FinishedCall(call.endpoint(), call.path(), call.requestId(), stockCode, status,
                problem == null ? null : problem.code().name(), call.elapsedNanos(), call.queueNanos(), call.kisNanos(),
                call.orderFate(), caller == null ? NOBODY : caller, call.client() == null ? null : call.client().name(), order,
                problem == null || problem.kis() == null || problem.kis().msg1().isEmpty() ? null : problem.kis().msg1());
    }

    boolean succeeded() {
        return status < 400;
    }

    boolean rateLimited() {
        return status == 429;
    }

    /** What is left when the queue and KIS are taken off: the gateway's own work. */
    long ownNanos() {
        return Math.max(0, nanos - queueNanos - kisNanos);
    }
}
