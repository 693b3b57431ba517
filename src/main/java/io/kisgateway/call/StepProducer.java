package io.kisgateway.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/** A step that holds no thread: its exchange gets what the step came to, or what it failed of, and goes on. */
public final class StepProducer<T> extends DefaultAsyncProducer {

    private final Function<Exchange, CompletionStage<T>> step;
    private final BiConsumer<Exchange, T> taken;

    /** @param taken puts the result into the exchange */
    public StepProducer(Endpoint endpoint, Function<Exchange, CompletionStage<T>> step, BiConsumer<Exchange, T> taken) {
        super(endpoint);
        this.step = step;
        this.taken = taken;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return process(exchange, callback, step, taken);
    }

    static <T> boolean process(Exchange exchange, AsyncCallback callback, Function<Exchange, CompletionStage<T>> step,
            BiConsumer<Exchange, T> taken) {
        CompletableFuture<T> result;
        try {
            result = step.apply(exchange).toCompletableFuture();
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        boolean sync = result.isDone();
        var unused = result.thenAccept(done -> taken.accept(exchange, done)).whenComplete((done, failure) -> {
            if (failure != null) {
                exchange.setException(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
            }
            callback.done(sync);
        });
        return sync;
    }
}
