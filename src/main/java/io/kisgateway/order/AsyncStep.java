package io.kisgateway.order;

import io.kisgateway.call.RouteStep;
import io.kisgateway.runtime.Stages;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** A step of a route that is done when a stage completes; no thread waits for it. */
final class AsyncStep implements RouteStep {

    private final Function<Exchange, CompletionStage<?>> work;

    AsyncStep(Function<Exchange, CompletionStage<?>> work) {
        this.work = work;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            work.apply(exchange).whenComplete((done, failure) -> {
                if (failure != null) {
                    exchange.setException(Stages.cause(failure));
                }
                callback.done(false);
            });
            return false;
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    /** For the log: a client's message may hold a whole command. */
    static String brief(Throwable failure) {
        Throwable cause = Stages.cause(failure);
        String message = String.valueOf(cause.getMessage());
        return cause.getClass().getSimpleName() + (message.length() > 80 ? "" : ": " + message);
    }
}
