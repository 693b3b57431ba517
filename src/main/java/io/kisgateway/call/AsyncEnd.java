package io.kisgateway.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** The end of a step that holds no thread: its exchange gets what the step came to, or what it failed of, and goes on. */
public final class AsyncEnd {

    private AsyncEnd() {}

    /**
     * Begins a step and sees to its end.
     *
     * @param taken puts the result into the exchange
     * @return what {@link org.apache.camel.AsyncProcessor#process} returns
     */
    public static <T> boolean of(Supplier<? extends CompletionStage<? extends T>> step, Exchange exchange, AsyncCallback callback,
            Consumer<? super T> taken) {
        CompletableFuture<? extends T> result;
        try {
            result = step.get().toCompletableFuture();
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        boolean sync = result.isDone();
        var unused = result.thenAccept(taken).whenComplete((done, failure) -> {
            if (failure != null) {
                exchange.setException(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
            }
            callback.done(sync);
        });
        return sync;
    }
}
