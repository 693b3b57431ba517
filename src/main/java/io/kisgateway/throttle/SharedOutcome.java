package io.kisgateway.throttle;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.SynchronizationRouteAware;
import org.apache.camel.support.SynchronizationAdapter;

/** Shares the leader's result as soon as its route ends, before the reply is written. */
final class SharedOutcome extends SynchronizationAdapter implements SynchronizationRouteAware {

    private final String routeId;
    private final Runnable share;

    /** @param share does no harm the second time */
    SharedOutcome(String routeId, Runnable share) {
        this.routeId = routeId;
        this.share = share;
    }

    @Override
    public void onBeforeRoute(Route route, Exchange exchange) {
        // nothing has come of it yet
    }

    @Override
    public void onAfterRoute(Route route, Exchange exchange) {
        if (route.getRouteId().equals(routeId)) {
            share.run();
        }
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
