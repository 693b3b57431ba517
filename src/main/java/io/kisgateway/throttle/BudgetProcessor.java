package io.kisgateway.throttle;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Upstream;
import java.util.function.LongSupplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The step before each call to KIS. The first call of a request uses up the permit that the throttle gave it, if it is
 * still in time; every further one, a page or a repeat, asks for the account's budget alone.
 */
public final class BudgetProcessor extends AsyncProcessorSupport {

    private final Throttle throttle;
    private final LongSupplier nanoTime;

    BudgetProcessor(Throttle throttle, LongSupplier nanoTime) {
        this.throttle = throttle;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Call call = Call.of(exchange);
        Upstream upstream = Upstream.of(exchange);
        Permit permit = Permit.of(exchange);
        Slot slot = permit == null ? null : permit.take();
        if (slot != null) {
            throttle.endpoint(call.endpoint()).upstream(upstream);
            boolean covered = slot.ask().account() && slot.ask().ledger() == upstream.ledger();
            if (covered && nanoTime.getAsLong() <= slot.validUntilNanos()) {
                callback.done(true);
                return true;
            }
        }
        Ask ask = slot != null
                ? new Ask(slot.ask().endpoint(), slot.ask().limits(), patience(call), Rank.of(upstream.urgency()), true,
                        upstream.ledger(), slot)
                : new Ask(null, RateLimits.NONE, patience(call), AccountBudget.further(upstream), true, upstream.ledger(), null);
        PermitLine line = slot != null ? permit.line() : throttle.budget().line();
        Waiter waiter = new Waiter(ask, nanoTime.getAsLong()) {
            @Override
            void done(Outcome outcome) {
                finish(exchange, call, this, outcome);
                callback.done(false);
            }
        };
        call.onHangUp(() -> hungUp(exchange, callback, line, waiter));
        Outcome outcome = line.enter(waiter);
        if (outcome != null) {
            finish(exchange, call, waiter, outcome);
            callback.done(true);
            return true;
        }
        return false;
    }

    private void hungUp(Exchange exchange, AsyncCallback callback, PermitLine line, Waiter waiter) {
        if (line.leave(waiter)) {
            exchange.setException(Problem.of(ProblemCode.CALLER_GONE, "The caller hung up before the call left for KIS."));
            throttle.resume(() -> callback.done(false));
        }
    }

    private void finish(Exchange exchange, Call call, Waiter waiter, Outcome outcome) {
        call.onHangUp(null);
        call.addQueueNanos(nanoTime.getAsLong() - waiter.askedNanos);
        Problem problem = AccountBudget.problem(outcome);
        if (problem != null) {
            exchange.setException(problem);
        }
    }

    /** Each call to KIS may wait as long as the caller would for a permit, and all together no longer than the cap. */
    private long patience(Call call) {
        Long preferred = call.preferredWaitMillis();
        long cap = throttle.settings().waitCap().toMillis();
        long patience = preferred == null ? throttle.settings().maxWait().toMillis() : Math.min(preferred, cap);
        // Whoever has begun may finish, even if they would not have waited to begin.
        patience = Math.max(patience, 2000);
        return Math.max(0, Math.min(patience, cap - call.queueNanos() / 1_000_000));
    }

}
