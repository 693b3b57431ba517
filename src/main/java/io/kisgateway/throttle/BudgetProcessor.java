package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.OrderLookup;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RouteStep;
import io.kisgateway.call.Urgency;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * The step before each call to KIS. The first call of a request uses up the permit that the throttle gave it, if it is
 * still in time; every further one, a page or a repeat, asks for the account's budget alone.
 */
public final class BudgetProcessor implements RouteStep {

    private static final long TO_FINISH_MILLIS = 5000;

    private final Throttle throttle;
    private final LongSupplier nanoTime;

    BudgetProcessor(Throttle throttle, LongSupplier nanoTime) {
        this.throttle = throttle;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Call call = Call.of(exchange);
        Permit permit = Permit.of(exchange);
        Slot slot = permit == null ? null : permit.take();
        long now = nanoTime.getAsLong();
        if (slot != null && !permit.ahead() && now <= slot.validUntilNanos()) {
            begin(exchange, permit.queue(), slot);
            callback.done(true);
            return true;
        }
        long patience = patience(call);
        Ask ask = slot == null ? throttle.budget().ask(Urgency.of(exchange), Duration.ofMillis(patience))
                : slot.ask().instead(slot, patience);
        PermitQueue queue = slot != null ? permit.queue() : throttle.budget().queue(ask);
        Waiter waiter = new Waiter(ask, PermitClient.NONE, now) {
            @Override
            boolean passesBreaker() {
                return call.attribute(OrderLookup.class) != null;
            }

            @Override
            void done(Outcome outcome) {
                finish(exchange, queue, this, outcome);
                callback.done(false);
            }
        };
        if (slot == null) {
            // Whoever began first ends first.
            waiter.before(now - call.elapsedNanos());
        }
        call.onHangUp(() -> hungUp(exchange, callback, queue, waiter));
        Outcome outcome = slot != null && permit.ahead() ? queue.enter(waiter, slot) : queue.enter(waiter);
        if (outcome != null) {
            finish(exchange, queue, waiter, outcome);
            callback.done(true);
            return true;
        }
        return false;
    }

    private void hungUp(Exchange exchange, AsyncCallback callback, PermitQueue queue, Waiter waiter) {
        if (queue.leave(waiter)) {
            exchange.setException(Problem.of(ProblemCode.CALLER_GONE, "The caller hung up before the call left for KIS."));
            throttle.resume(() -> callback.done(false));
        }
    }

    private void finish(Exchange exchange, PermitQueue queue, Waiter waiter, Outcome outcome) {
        Call call = Call.of(exchange);
        call.onHangUp(null);
        call.addQueueNanos(nanoTime.getAsLong() - waiter.askedNanos);
        if (outcome instanceof Outcome.Granted granted) {
            EndpointPermits endpoint = call.attribute(EndpointPermits.class);
            if (endpoint != null && waiter.ask.rank() == Rank.CONTINUED) {
                endpoint.queue().paged(granted.slot());
            }
            begin(exchange, queue, granted.slot());
        } else if (outcome instanceof Outcome.Refused refused) {
            exchange.setException(throttle.headers().refused(call, waiter.ask.limits(), refused));
        } else {
            exchange.setException(AccountBudget.problem(outcome));
        }
    }

    private void begin(Exchange exchange, PermitQueue queue, Slot slot) {
        new BookedSlot(queue, slot, () -> patience(Call.of(exchange)),
                later -> new Permit(queue, later, true).attachTo(exchange),
                refused -> throttle.headers().refused(Call.of(exchange), slot.ask().limits(), refused)).attachTo(exchange);
    }

    /**
     * What is left of the time that the caller will wait; but whoever has begun may finish, so that each call to KIS may
     * wait for a while, and all together no longer than the cap after what the caller waits to begin.
     */
    private long patience(Call call) {
        long cap = throttle.settings().waitCap().toMillis();
        long waited = call.queueNanos() / 1_000_000;
        long patience = throttle.settings().waits().of(call).toMillis();
        return Math.max(0, Math.min(Math.max(patience - waited, TO_FINISH_MILLIS), patience + cap - waited));
    }
}
