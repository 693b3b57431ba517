package io.kisgateway.kis;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * A step of the route to KIS: everything after it runs on a worker. The circuit breaker and {@code camel-http} hold
 * their thread until KIS has answered, and no thread that serves callers may be held so.
 */
public final class KisWorkers extends AsyncProcessorSupport {

    private final Executor workers;

    /** @param workers a bounded pool that throws {@link RejectedExecutionException} when it is full */
    public KisWorkers(Executor workers) {
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            workers.execute(() -> callback.done(false));
            return false;
        } catch (RejectedExecutionException e) {
            exchange.setException(Problem.of(ProblemCode.OVERLOADED, "Too many calls to KIS are under way")
                    .retryAfter(Duration.ofSeconds(1)));
            callback.done(true);
            return true;
        }
    }
}
