package io.kisgateway.kis;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RouteStep;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A step of the route to KIS: everything after it runs on a thread that can be spared, as the circuit breaker and
 * {@code camel-http} hold theirs until KIS has answered. Some of those that serve callers can be, which saves the way to
 * another thread; the rest of them stay free, and further calls go to workers.
 */
public final class KisWorkers implements RouteStep {

    private final Executor workers;
    private final Predicate<Thread> serving;
    private final Semaphore spare;

    /**
     * @param workers a bounded pool that throws {@link RejectedExecutionException} when it is full
     * @param serving whether a thread is one of those that serve callers
     * @param spare   how many of these may be held at once
     */
    public KisWorkers(Executor workers, Predicate<Thread> serving, int spare) {
        this.workers = workers;
        this.serving = serving;
        this.spare = new Semaphore(spare);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (serving.test(Thread.currentThread()) && spare.tryAcquire()) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    spare.release();
                }
            });
            callback.done(true);
            return true;
        }
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
