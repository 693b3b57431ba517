package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/** The last step before an order leaves: it is written down. If it cannot be, it does not leave. */
final class OrderJournalStep {

    private final Orders orders;

    OrderJournalStep(Orders orders) {
        this.orders = orders;
    }

    CompletionStage<?> process(Exchange exchange) {
        Call call = Call.of(exchange);
        OrderRun run = Objects.requireNonNull(call.carried(OrderRun.class), "order-journal comes after order-key");
        return orders.send(run, Variables.terms(exchange)).whenComplete((done, failure) -> {
            if (failure != null && AsyncStep.cause(failure) instanceof Problem problem
                    && problem.code() == ProblemCode.ORDER_IN_PROGRESS) {
                call.orderFate(OrderFate.UNKNOWN);
            }
        });
    }
}
