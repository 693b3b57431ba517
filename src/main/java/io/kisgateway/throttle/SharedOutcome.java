package io.kisgateway.throttle;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Shares the leader's result when its exchange is done, if it has not been shared at the end of its route. */
final class SharedOutcome extends SynchronizationAdapter {

    private final Runnable share;

    /** @param share does no harm the second time */
    SharedOutcome(Runnable share) {
        this.share = share;
    }

    @Override
    public void onDone(Exchange exchange) {
        share.run();
    }

    /** What the exchange has failed of, or null. */
    static Exception failure(Exchange exchange) {
        if (exchange.getException() != null) {
            return exchange.getException();
        }
        var state = exchange.getExchangeExtension();
        return state.isErrorHandlerHandledSet() && state.isErrorHandlerHandled()
                ? exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class) : null;
    }
}
