package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RouteStep;
import io.kisgateway.call.Upstream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.SynchronizationRouteAware;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The step in front of every endpoint: lets the call go on when its permit has come, or ends it with a {@link Problem}.
 * Waits without a thread. Identical queries go as one.
 */
public final class ThrottleProcessor implements RouteStep {

    private final Throttle throttle;
    private final Executor workers;
    private final LongSupplier nanoTime;
    private final Map<FlightKey, Flight> flights = new ConcurrentHashMap<>();

    ThrottleProcessor(Throttle throttle, Executor workers, LongSupplier nanoTime) {
        this.throttle = throttle;
        this.workers = workers;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Call call = Call.of(exchange);
        EndpointPermits endpoint = throttle.endpoint(call.endpoint());
        call.replyHeader("RateLimit-Policy", endpoint.policy().header());
        Passenger passenger = new Passenger(exchange, callback, call, nanoTime.getAsLong(), patience(call));
        return start(endpoint, passenger, true);
    }

    /** @return whether the passenger's callback has been called here, with {@code sync} */
    private boolean start(EndpointPermits endpoint, Passenger passenger, boolean sync) {
        Flight flight = board(endpoint, passenger);
        if (flight == null) {
            boolean refused = passenger.exchange.getException() != null;
            if (refused) {
                passenger.callback.done(sync);
            }
            return refused;
        }
        Outcome outcome = ask(flight, passenger, endpoint);
        if (outcome == null) {
            onHangUp(flight, endpoint, passenger);
            return false;
        }
        conclude(flight, endpoint, passenger, outcome, sync);
        return true;
    }

    /** The flight that the passenger leads; null if they follow in one, or will not wait for it and have failed. */
    private Flight board(EndpointPermits endpoint, Passenger passenger) {
        Call call = passenger.call;
        if (!throttle.settings().coalesce() || call.orderFate() != OrderFate.NO_ORDER) {
            return new Flight(null, passenger);
        }
        Exchange exchange = passenger.exchange;
        FlightKey key = new FlightKey(exchange.getFromRouteId(), exchange.hasVariables() ? new HashMap<>(exchange.getVariables()) : Map.of());
        for (;;) {
            Flight own = new Flight(key, passenger);
            Flight other = flights.putIfAbsent(key, own);
            if (other == null) {
                return own;
            }
            switch (other.join(passenger)) {
                case JOINED -> {
                    endpoint.counters().coalesced();
                    onHangUp(other, endpoint, passenger);
                    return null;
                }
                case TOO_LATE -> {
                    endpoint.counters().refused();
                    refuse(passenger, endpoint, null, (other.dueNanos() - nanoTime.getAsLong()) / 1_000_000 + 1);
                    return null;
                }
                case FULL -> {
                    return new Flight(null, passenger);
                }
                default -> flights.remove(key, other);
            }
        }
    }

    private long patience(Call call) {
        Long preferred = call.preferredWaitMillis();
        if (preferred == null) {
            return throttle.settings().maxWait().toMillis();
        }
        long patience = Math.min(preferred, throttle.settings().waitCap().toMillis());
        call.replyHeader("Preference-Applied", "wait=" + patience / 1000);
        return patience;
    }

    private Outcome ask(Flight flight, Passenger passenger, EndpointPermits endpoint) {
        Upstream upstream = endpoint.upstream(passenger.call.orderFate() != OrderFate.NO_ORDER);
        long now = nanoTime.getAsLong();
        long patience = Math.max(0, (passenger.deadlineNanos - now) / 1_000_000);
        Ask ask = new Ask(endpoint.toString(), endpoint.policy().limits(), patience, Rank.of(upstream.urgency()), true,
                upstream.ledger(), null);
        Waiter waiter = new Waiter(ask, now) {
            @Override
            void done(Outcome outcome) {
                conclude(flight, endpoint, flight.leader(), outcome, false);
            }

            @Override
            void queued(long dueNanos) {
                for (Passenger impatient : flight.queued(dueNanos)) {
                    endpoint.counters().refused();
                    onWorker(impatient, () -> {
                        refuse(impatient, endpoint, null, (dueNanos - nanoTime.getAsLong()) / 1_000_000 + 1);
                        resume(impatient, false);
                    });
                }
            }
        };
        return flight.asks(waiter) ? endpoint.line().enter(waiter) : null;
    }

    /** The flight has its answer: the leader goes on with it, or the followers go on without the leader. */
    private void conclude(Flight flight, EndpointPermits endpoint, Passenger leader, Outcome outcome, boolean sync) {
        if (outcome instanceof Outcome.Granted granted) {
            takeOff(flight, endpoint, flight.takeOff(), granted, sync);
            return;
        }
        end(leader, endpoint, outcome);
        if (outcome instanceof Outcome.Failed failed) {
            over(flight);
            for (Passenger follower : flight.land()) {
                onWorker(follower, () -> {
                    end(follower, endpoint, failed);
                    resume(follower, false);
                });
            }
        } else {
            // Refused for the leader's patience: the others may have more.
            for (Passenger next = flight.next(); next != null; next = flight.next()) {
                Passenger asking = next;
                Outcome own = ask(flight, asking, endpoint);
                if (own == null) {
                    break;
                }
                onWorker(asking, () -> {
                    if (own instanceof Outcome.Granted granted) {
                        takeOff(flight, endpoint, flight.takeOff(), granted, false);
                    } else {
                        end(asking, endpoint, own);
                        resume(asking, false);
                    }
                });
                if (own instanceof Outcome.Granted) {
                    break;
                }
            }
            overIfEmpty(flight);
        }
        resume(leader, sync);
    }

    private void takeOff(Flight flight, EndpointPermits endpoint, Passenger leader, Outcome.Granted granted, boolean sync) {
        leader.call.onHangUp(null);
        leader.call.addQueueNanos(nanoTime.getAsLong() - leader.askedNanos);
        headers(leader.call, granted.decision(), 0);
        new Permit(endpoint.line(), granted.slot(), false).attachTo(leader.exchange);
        leader.exchange.getExchangeExtension().addOnCompletion(new Landing(flight, endpoint, leader,
                granted.decision(), ExchangeHelper.getRouteId(leader.exchange)));
        leader.callback.done(sync);
    }

    /** Shares the leader's result as soon as its route ends, before the reply is written. */
    private final class Landing extends SynchronizationAdapter implements SynchronizationRouteAware {

        private final Flight flight;
        private final EndpointPermits endpoint;
        private final Passenger leader;
        private final Decision decision;
        private final String routeId;

        Landing(Flight flight, EndpointPermits endpoint, Passenger leader, Decision decision, String routeId) {
            this.flight = flight;
            this.endpoint = endpoint;
            this.leader = leader;
            this.decision = decision;
            this.routeId = routeId;
        }

        @Override
        public void onBeforeRoute(Route route, Exchange exchange) {
            // nothing has come of it yet
        }

        @Override
        public void onAfterRoute(Route route, Exchange exchange) {
            if (route.getRouteId().equals(routeId)) {
                land();
            }
        }

        @Override
        public void onDone(Exchange exchange) {
            land();
        }

        private static Exception failure(Exchange exchange) {
            if (exchange.getException() != null) {
                return exchange.getException();
            }
            var state = exchange.getExchangeExtension();
            return state.isErrorHandlerHandledSet() && state.isErrorHandlerHandled()
                    ? exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class) : null;
        }

        private void land() {
            Permit.giveBack(leader.exchange);
            if (flight.key() == null) {
                return;
            }
            over(flight);
            List<Passenger> followers = flight.land();
            if (followers.isEmpty()) {
                return;
            }
            Exchange exchange = leader.exchange;
            Exception failure = failure(exchange);
            if (failure instanceof Problem problem
                    && (problem.code() == ProblemCode.RATE_LIMITED || problem.code() == ProblemCode.CALLER_GONE)) {
                // The leader's own patience or presence ended, which is no answer to anyone else.
                followers.forEach(follower -> onWorker(follower, () -> start(endpoint, follower, false)));
                return;
            }
            Object body = exchange.getMessage().getBody();
            for (Passenger follower : followers) {
                onWorker(follower, () -> {
                    Exchange own = follower.exchange;
                    follower.call.onHangUp(null);
                    headers(follower.call, decision, 0);
                    if (failure == null) {
                        own.getMessage().setBody(body);
                    } else {
                        own.setException(failure);
                    }
                    own.setRouteStop(true);
                    resume(follower, false);
                });
            }
        }
    }

    private void over(Flight flight) {
        if (flight.key() != null) {
            flights.remove(flight.key(), flight);
        }
    }

    private void overIfEmpty(Flight flight) {
        if (flight.over()) {
            over(flight);
        }
    }

    private void onHangUp(Flight flight, EndpointPermits endpoint, Passenger passenger) {
        passenger.call.onHangUp(() -> {
            Flight.Departure departure = flight.leave(passenger);
            if (!departure.left()) {
                return;
            }
            if (departure.abandoned() != null) {
                over(flight);
                endpoint.line().leave(departure.abandoned());
            }
            onWorker(passenger, () -> {
                passenger.fail(Problem.of(ProblemCode.CALLER_GONE, "The caller hung up while waiting for a permit."));
                resume(passenger, false);
            });
        });
    }

    private void end(Passenger passenger, EndpointPermits endpoint, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            refuse(passenger, endpoint, refused.decision(), refused.retryMillis());
        } else if (outcome instanceof Outcome.Failed failed) {
            passenger.call.onHangUp(null);
            passenger.call.addQueueNanos(nanoTime.getAsLong() - passenger.askedNanos);
            passenger.fail(failed.problem());
        }
    }

    private void refuse(Passenger passenger, EndpointPermits endpoint, Decision decision, long retryMillis) {
        Call call = passenger.call;
        call.onHangUp(null);
        call.addQueueNanos(nanoTime.getAsLong() - passenger.askedNanos);
        RateLimits limits = endpoint.policy().limits();
        if (decision != null) {
            headers(call, decision, retryMillis);
        } else {
            headers(call, endpoint.exhausted(retryMillis, throttle.limiter().epochMillis()), retryMillis);
        }
        passenger.fail(Problem.of(ProblemCode.RATE_LIMITED, "No permit is free within the time you will wait; the limit is " + limits + ".")
                .retryAfter(Duration.ofMillis(retryMillis)));
    }

    private static void headers(Call call, Decision decision, long retryMillis) {
        headers(call, decision.quotas(), retryMillis);
    }

    /** The reset is never later than {@code Retry-After}, of which a refused caller is told. */
    private static void headers(Call call, List<Quota> quotas, long retryMillis) {
        if (quotas.isEmpty()) {
            return;
        }
        Quota tightest = quotas.get(0);
        StringBuilder fields = new StringBuilder(32);
        for (Quota quota : quotas) {
            if (quota.remaining() < tightest.remaining()
                    || quota.remaining() == tightest.remaining() && quota.resetMillis() > tightest.resetMillis()) {
                tightest = quota;
            }
            fields.append(fields.isEmpty() ? "\"" : ", \"").append(quota.limit().name()).append("\";r=").append(quota.remaining())
                    .append(";t=").append((quota.resetMillis() + 999) / 1000);
        }
        call.replyHeader("RateLimit", fields.toString());
        call.replyHeader("X-RateLimit-Limit", Integer.toString(tightest.limit().permits()));
        call.replyHeader("X-RateLimit-Remaining", Integer.toString(tightest.remaining()));
        call.replyHeader("X-RateLimit-Reset", Long.toString(tightest.resetEpochSecond()));
    }

    private void onWorker(Passenger passenger, Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            passenger.fail(Problem.of(ProblemCode.OVERLOADED, "No thread is free to go on with the call.").causedBy(e));
            passenger.callback.done(false);
        }
    }

    private static void resume(Passenger passenger, boolean sync) {
        passenger.callback.done(sync);
    }
}
