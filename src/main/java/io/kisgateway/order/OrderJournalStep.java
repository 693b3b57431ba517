package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.PreSendCheck;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.Stages;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/**
 * The last step before an order leaves: it is written down. If it cannot be, it does not leave. The write also finds the
 * kill switch; an order that has to wait after it asks again.
 */
final class OrderJournalStep {

    private final OrderLifecycle orders;
    private final TradingHalt halt;

    OrderJournalStep(OrderLifecycle orders, TradingHalt halt) {
        this.orders = orders;
        this.halt = halt;
    }

    CompletionStage<?> process(Exchange exchange) {
        Call call = Call.of(exchange);
        OrderRun run = Objects.requireNonNull(call.attribute(OrderRun.class), "order-journal comes after order-key");
        Terms terms = Variables.terms(exchange);
        if (!terms.cancels()) {
            call.attribute(PreSendCheck.class, this::stillAllowed);
        }
        return orders.send(run, terms).whenComplete((done, failure) -> {
            if (failure != null && Stages.cause(failure) instanceof Problem problem
                    && problem.code() == ProblemCode.ORDER_IN_PROGRESS) {
                call.orderFate(OrderFate.UNKNOWN);
            }
        });
    }

    private CompletionStage<?> stillAllowed() {
        return halt.refresh().handle((done, failure) -> {
            if (failure != null) {
                throw OrderLifecycle.journalAway(failure);
            }
            if (halt.isHalted()) {
                throw OrderLifecycle.halted();
            }
            return null;
        });
    }
}
