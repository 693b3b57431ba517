package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.OwnView;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RawReply;
import io.kisgateway.call.RouteStep;
import io.kisgateway.call.WithoutKis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * The step in front of every endpoint: lets the call go on when its permit has come, or ends it with a {@link Problem}.
 * Waits without a thread. Identical queries go as one.
 */
public final class ThrottleProcessor implements RouteStep {

    private final Throttle throttle;
    private final Executor workers;
    private final LongSupplier nanoTime;
    private final Map<CoalescedCall.Key, CoalescedCall> coalescedCalls = new ConcurrentHashMap<>();

    ThrottleProcessor(Throttle throttle, Executor workers, LongSupplier nanoTime) {
        this.throttle = throttle;
        this.workers = workers;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Call call = Call.of(exchange);
        EndpointPermits endpoint = throttle.permits(call);
        if (call.attribute(EndpointPermits.class) != null) {
            // As a query it would wait for itself.
            exchange.setException(new IllegalStateException("a second throttle step in one call"));
            callback.done(true);
            return true;
        }
        call.attribute(EndpointPermits.class, endpoint);
        call.replyHeader("RateLimit-Policy", endpoint.policy().header());
        WaitingCaller caller = new WaitingCaller(exchange, callback, call, nanoTime.getAsLong(), patience(call));
        return start(endpoint, caller, true);
    }

    /** @return whether the caller's callback has been called here, with {@code sync} */
    private boolean start(EndpointPermits endpoint, WaitingCaller caller, boolean sync) {
        CoalescedCall coalesced = join(endpoint, caller);
        if (coalesced == null) {
            boolean refused = caller.exchange.getException() != null;
            if (refused) {
                caller.callback.done(sync);
            }
            return refused;
        }
        Outcome outcome = ask(coalesced, caller, endpoint);
        if (outcome == null) {
            onHangUp(coalesced, endpoint, caller);
            return false;
        }
        conclude(coalesced, endpoint, caller, outcome, sync);
        return true;
    }

    /** The call that the caller leads; null if they share another's, or will not wait for it and have failed. */
    private CoalescedCall join(EndpointPermits endpoint, WaitingCaller caller) {
        Call call = caller.call;
        if (!throttle.settings().coalesce() || call.orderFate() != OrderFate.NO_ORDER) {
            return new CoalescedCall(null, caller);
        }
        Exchange exchange = caller.exchange;
        CoalescedCall.Key key = new CoalescedCall.Key(exchange.getFromRouteId(),
                exchange.hasVariables() ? new HashMap<>(exchange.getVariables()) : Map.of());
        for (;;) {
            CoalescedCall own = new CoalescedCall(key, caller);
            CoalescedCall other = coalescedCalls.putIfAbsent(key, own);
            if (other == null) {
                return own;
            }
            switch (other.join(caller)) {
                case JOINED -> {
                    endpoint.counters().coalesced();
                    onHangUp(other, endpoint, caller);
                    return null;
                }
                case TOO_LATE -> {
                    endpoint.counters().refused();
                    refuse(caller, endpoint, tooLate(other.dueNanos()));
                    return null;
                }
                case FULL -> {
                    // Whoever comes next shares the new one.
                    if (coalescedCalls.replace(key, other, own)) {
                        return own;
                    }
                }
                default -> coalescedCalls.remove(key, other);
            }
        }
    }

    private long patience(Call call) {
        long patience = throttle.settings().waits().of(call).toMillis();
        if (call.preferredWaitMillis() != null) {
            call.replyHeader("Preference-Applied", "wait=" + patience / 1000);
        }
        return patience;
    }

    private Outcome ask(CoalescedCall coalesced, WaitingCaller caller, EndpointPermits endpoint) {
        Rank rank = caller.call.orderFate() == OrderFate.NO_ORDER ? Rank.QUERY : Rank.ORDER;
        long now = nanoTime.getAsLong();
        long patience = Math.max(0, (caller.deadlineNanos - now) / 1_000_000);
        PermitClient client = PermitClient.of(caller.call);
        Ask ask = new Ask(endpoint.toString(), endpoint.policy().limits(), client.limit(), patience, rank, null);
        Waiter waiter = new Waiter(ask, client, now) {
            @Override
            boolean passesBreaker() {
                return caller.call.attribute(WithoutKis.class) != null;
            }

            @Override
            void done(Outcome outcome) {
                conclude(coalesced, endpoint, coalesced.leader(), outcome, false);
            }

            @Override
            void queued(long dueNanos) {
                for (WaitingCaller impatient : coalesced.queued(dueNanos)) {
                    endpoint.counters().refused();
                    onWorker(impatient, () -> {
                        refuse(impatient, endpoint, tooLate(dueNanos));
                        impatient.callback.done(false);
                    });
                }
            }
        };
        return coalesced.asks(waiter) ? endpoint.queue().enter(waiter) : null;
    }

    /** The call has its answer: the leader goes on with it, or the followers go on without the leader. */
    private void conclude(CoalescedCall coalesced, EndpointPermits endpoint, WaitingCaller leader, Outcome outcome, boolean sync) {
        if (outcome instanceof Outcome.Granted granted) {
            release(coalesced, endpoint, coalesced.release(), granted, sync);
            return;
        }
        end(leader, endpoint, outcome);
        if (outcome instanceof Outcome.Failed failed) {
            over(coalesced);
            for (WaitingCaller follower : coalesced.shareOutcome()) {
                onWorker(follower, () -> {
                    end(follower, endpoint, failed);
                    follower.callback.done(false);
                });
            }
        } else {
            // Refused for the leader's patience: the others may have more.
            for (WaitingCaller next = coalesced.next(); next != null; next = coalesced.next()) {
                WaitingCaller asking = next;
                Outcome own = ask(coalesced, asking, endpoint);
                if (own == null) {
                    break;
                }
                onWorker(asking, () -> {
                    if (own instanceof Outcome.Granted granted) {
                        release(coalesced, endpoint, coalesced.release(), granted, false);
                    } else {
                        end(asking, endpoint, own);
                        asking.callback.done(false);
                    }
                });
                if (own instanceof Outcome.Granted) {
                    break;
                }
            }
            if (coalesced.over()) {
                over(coalesced);
            }
        }
        leader.callback.done(sync);
    }

    private void release(CoalescedCall coalesced, EndpointPermits endpoint, WaitingCaller leader, Outcome.Granted granted, boolean sync) {
        leader.call.onHangUp(null);
        leader.call.addQueueNanos(nanoTime.getAsLong() - leader.askedNanos);
        throttle.headers().granted(leader.call, granted.decision().quotas());
        new Permit(endpoint.queue(), granted.slot(), false).attachTo(leader.exchange);
        leader.permitted();
        Runnable share = () -> share(coalesced, endpoint, leader, granted.decision());
        // Before the leader is told: who asks after that asks KIS.
        leader.call.onRouteEnd(share);
        leader.exchange.getExchangeExtension().addOnCompletion(new SharedOutcome(share));
        leader.callback.done(sync);
    }

    private void share(CoalescedCall coalesced, EndpointPermits endpoint, WaitingCaller leader, Decision decision) {
        Permit.giveBack(leader.call);
        if (coalesced.key() == null) {
            return;
        }
        over(coalesced);
        List<WaitingCaller> followers = coalesced.shareOutcome();
        Exchange exchange = leader.exchange;
        Exception failure = SharedOutcome.failure(exchange);
        if (failure instanceof Problem problem
                && (problem.code() == ProblemCode.RATE_LIMITED || problem.code() == ProblemCode.CALLER_GONE)) {
            // The leader's own patience or presence ended, which is no answer to anyone else.
            followers.forEach(follower -> onWorker(follower, () -> start(endpoint, follower, false)));
            return;
        }
        Object body = exchange.getMessage().getBody();
        boolean own = leader.call.attribute(OwnView.class) != null;
        RawReply said = leader.call.attribute(RawReply.class);
        for (WaitingCaller follower : followers) {
            if (own && !Objects.equals(OwnView.of(leader.call), OwnView.of(follower.call))) {
                onWorker(follower, () -> start(endpoint, follower, false));
                continue;
            }
            onWorker(follower, () -> {
                Exchange theirs = follower.exchange;
                follower.call.onHangUp(null);
                throttle.headers().granted(follower.call, decision.quotas());
                if (failure == null) {
                    theirs.getMessage().setBody(body);
                } else {
                    theirs.setException(failure);
                    if (said != null) {
                        follower.call.attribute(RawReply.class, said);
                    }
                }
                theirs.setRouteStop(true);
                follower.callback.done(false);
            });
        }
    }

    private void over(CoalescedCall coalesced) {
        if (coalesced.key() != null) {
            coalescedCalls.remove(coalesced.key(), coalesced);
        }
    }

    private void onHangUp(CoalescedCall coalesced, EndpointPermits endpoint, WaitingCaller caller) {
        caller.call.onHangUp(() -> {
            CoalescedCall.Release release = coalesced.leave(caller);
            if (!release.left()) {
                return;
            }
            if (release.abandoned() != null) {
                over(coalesced);
                endpoint.queue().leave(release.abandoned());
            }
            onWorker(caller, () -> {
                caller.fail(Problem.of(ProblemCode.CALLER_GONE, "The caller hung up while waiting for a permit."));
                caller.callback.done(false);
            });
        });
    }

    private void end(WaitingCaller caller, EndpointPermits endpoint, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            refuse(caller, endpoint, refused);
        } else if (outcome instanceof Outcome.Failed failed) {
            caller.call.onHangUp(null);
            caller.call.addQueueNanos(nanoTime.getAsLong() - caller.askedNanos);
            caller.fail(failed.problem());
        }
    }

    private void refuse(WaitingCaller caller, EndpointPermits endpoint, Outcome.Refused refused) {
        Call call = caller.call;
        call.onHangUp(null);
        call.addQueueNanos(nanoTime.getAsLong() - caller.askedNanos);
        caller.fail(throttle.headers().refused(call, endpoint.policy().limits(), refused));
    }

    /** The call that they would share leaves later than they will wait. */
    private Outcome.Refused tooLate(long dueNanos) {
        return new Outcome.Refused(Limited.ENDPOINT, null, (dueNanos - nanoTime.getAsLong()) / 1_000_000 + 1);
    }

    private void onWorker(WaitingCaller caller, Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            caller.fail(Problem.of(ProblemCode.OVERLOADED, "No thread is free to go on with the call.").causedBy(e));
            caller.callback.done(false);
        }
    }
}
