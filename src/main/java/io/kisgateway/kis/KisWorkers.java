package io.kisgateway.kis;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RouteStep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A step of the route to KIS, and its bulkhead: everything after it runs on a thread that can be spared, as the circuit breaker and
 * {@code camel-http} hold theirs until KIS has answered. Orders have places of their own. Of the others an operation gets a further
 * place only while as many stay free as it then holds, so that one that hangs takes half, a second one half of the rest, and there
 * is always a place for one that is well. Who gets none waits a second, and holds no thread for that.
 */
public final class KisWorkers implements RouteStep {

    /** Places, workers and connections that only orders use. */
    public static final int FOR_ORDERS = 8;

    private static final String ORDERS = "orders";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final int MOST_WAITING = 1000;

    private final Executor workers;
    private final Predicate<Thread> serving;
    private final Semaphore spare;
    private final ScheduledExecutorService timers;
    private final Places orders = new Places(FOR_ORDERS, false);
    private final Places queries;

    /**
     * @param workers with a thread for each place, those for orders included
     * @param places  for calls that are no orders, at least 1
     * @param serving whether a thread is one of those that serve callers
     * @param spare   how many of these may be held at once, which saves the way to another thread
     * @param timers  ends the wait of who gets no place
     */
    public KisWorkers(Executor workers, int places, Predicate<Thread> serving, int spare, ScheduledExecutorService timers) {
        this.workers = workers;
        this.queries = new Places(places, true);
        this.serving = serving;
        this.spare = new Semaphore(spare);
        this.timers = timers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        TrCall tr = KisAttempt.isIn(exchange) ? KisAttempt.of(exchange).tr() : null;
        boolean order = tr != null && tr.order();
        Places places = order ? orders : queries;
        Waiting caller = new Waiting(exchange, callback, order ? ORDERS : tr == null ? "" : tr.path());
        return switch (places.enter(caller)) {
            case TAKEN -> go(places, caller);
            case WAITS -> {
                wait(places, caller);
                yield false;
            }
            case FULL -> {
                refuse(caller, true);
                yield true;
            }
        };
    }

    private boolean go(Places places, Waiting caller) {
        boolean here = serving.test(Thread.currentThread()) && spare.tryAcquire();
        releaseAtEnd(places, caller, here);
        if (here) {
            caller.callback.done(true);
            return true;
        }
        return handOver(caller, true);
    }

    /** @return whether the caller has been told here that it goes no further */
    private boolean handOver(Waiting caller, boolean sync) {
        try {
            workers.execute(() -> caller.callback.done(false));
            return false;
        } catch (RejectedExecutionException e) {
            refuse(caller, sync);
            return true;
        }
    }

    private void releaseAtEnd(Places places, Waiting caller, boolean here) {
        caller.exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                if (here) {
                    spare.release();
                }
                places.leave(caller.operation).forEach(next -> {
                    next.goesOn();
                    releaseAtEnd(places, next, false);
                    handOver(next, false);
                });
            }
        });
    }

    private void wait(Places places, Waiting caller) {
        try {
            caller.until(timers.schedule(() -> {
                if (places.giveUp(caller)) {
                    refuse(caller, false);
                }
            }, LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            if (places.giveUp(caller)) {
                refuse(caller, false);
            }
        }
    }

    private static void refuse(Waiting caller, boolean sync) {
        caller.exchange.setException(Problem.of(ProblemCode.OVERLOADED, "Too many calls to KIS are under way").retryAfter(LONGEST_WAIT));
        caller.callback.done(sync);
    }

    private static final class Waiting {

        private final Exchange exchange;
        private final AsyncCallback callback;
        private final String operation;
        private Future<?> timeOut;
        private boolean gone;

        Waiting(Exchange exchange, AsyncCallback callback, String operation) {
            this.exchange = exchange;
            this.callback = callback;
            this.operation = operation;
        }

        /** @param end of the wait; left to run, it would keep the exchange long after its reply */
        synchronized void until(Future<?> end) {
            timeOut = end;
            if (gone) {
                end.cancel(false);
            }
        }

        synchronized void goesOn() {
            gone = true;
            if (timeOut != null) {
                timeOut.cancel(false);
            }
        }
    }

    private enum Entry { TAKEN, WAITS, FULL }

    /** Who holds how many places, and who waits for one, first come first served. */
    private static final class Places {

        private final boolean shared;
        private final Map<String, Integer> held = new HashMap<>();
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private int free;

        /** @param shared whether an operation leaves places to the others */
        Places(int count, boolean shared) {
            this.free = count;
            this.shared = shared;
        }

        synchronized Entry enter(Waiting caller) {
            if (take(caller.operation)) {
                return Entry.TAKEN;
            }
            if (waiting.size() >= MOST_WAITING) {
                return Entry.FULL;
            }
            waiting.addLast(caller);
            return Entry.WAITS;
        }

        private boolean take(String operation) {
            int mine = held.getOrDefault(operation, 0);
            boolean fits = free > 0 && (!shared || mine == 0 || mine + 1 < free);
            if (fits) {
                free--;
                held.put(operation, mine + 1);
            }
            return fits;
        }

        /** @return those who have a place now */
        synchronized List<Waiting> leave(String operation) {
            free++;
            held.computeIfPresent(operation, (name, count) -> count == 1 ? null : (Integer) (count - 1));
            List<Waiting> next = new ArrayList<>();
            for (Iterator<Waiting> each = waiting.iterator(); free > 0 && each.hasNext();) {
                Waiting caller = each.next();
                if (take(caller.operation)) {
                    each.remove();
                    next.add(caller);
                }
            }
            return next;
        }

        @SuppressWarnings("ReferenceEquality")
        synchronized boolean giveUp(Waiting caller) {
            return waiting.removeIf(other -> other == caller);
        }
    }
}
