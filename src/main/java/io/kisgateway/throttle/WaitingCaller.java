package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.Problem;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** One caller's exchange while it is held at the throttle. */
final class WaitingCaller {

    final Exchange exchange;
    final AsyncCallback callback;
    final Call call;
    final long askedNanos;
    final long deadlineNanos;

    WaitingCaller(Exchange exchange, AsyncCallback callback, Call call, long nowNanos, long patienceMillis) {
        this.exchange = exchange;
        this.callback = callback;
        this.call = call;
        this.askedNanos = nowNanos;
        this.deadlineNanos = nowNanos + patienceMillis * 1_000_000;
    }

    /** What it may have claimed may be sent. */
    void permitted() {
        ClaimedOrder order = call.attribute(ClaimedOrder.class);
        if (order != null) {
            order.permitted();
        }
    }

    void fail(Problem problem) {
        exchange.setException(problem);
    }
}
