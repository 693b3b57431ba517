package io.kisgateway.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncCallbackToCompletableFutureAdapter;
import org.apache.camel.support.PluginHelper;

/**
 * A step that routes refer to by name and that holds no thread while it waits. It is one for all routes, hence no service:
 * Camel starts, stops and manages a service with the route that has it.
 */
@FunctionalInterface
public interface RouteStep extends AsyncProcessor {

    /** A step that is done when the stage is that it began. */
    static <T> RouteStep of(Function<Exchange, CompletionStage<T>> step) {
        return (exchange, callback) -> StepProducer.process(exchange, callback, step, (same, done) -> {});
    }

    @Override
    default void process(Exchange exchange) throws Exception {
        PluginHelper.getAsyncProcessorAwaitManager(exchange.getContext()).process(this, exchange);
    }

    @Override
    default CompletableFuture<Exchange> processAsync(Exchange exchange) {
        AsyncCallbackToCompletableFutureAdapter<Exchange> done = new AsyncCallbackToCompletableFutureAdapter<>(exchange);
        process(exchange, done);
        return done.getFuture();
    }
}
