package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.OutgoingOrder;
import io.kisgateway.call.PassedOrder;
import io.kisgateway.call.PassedRequest;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.Stages;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/** What happens to an order before its permit: its key is claimed, then halt and guard are asked. */
final class OrderClaims {

    private final KeyClaims keys;
    private final OrderGuard guard;
    private final ChangedOrder changed;
    private final OrderLifecycle orders;
    private final TradingHalt halt;
    private final OwnOrders own;
    private final boolean virtual;

    OrderClaims(KeyClaims keys, OrderGuard guard, ChangedOrder changed, OrderLifecycle orders, TradingHalt halt, boolean virtual) {
        this.own = new OwnOrders(orders);
        this.keys = keys;
        this.guard = guard;
        this.changed = changed;
        this.orders = orders;
        this.halt = halt;
        this.virtual = virtual;
    }

    /** @param action null for what the call's {@link io.kisgateway.call.PassedOrder} says */
    CompletionStage<?> claim(Terms.Action action, Exchange exchange) {
        Call call = Call.of(exchange);
        if (call.attribute(ClaimedOrder.class) != null) {
            throw new IllegalStateException("a second order: step in one call");
        }
        if (call.orderFate() == OrderFate.NO_ORDER) {
            call.orderFate(OrderFate.NOT_PLACED);
        }
        Terms terms = OrderRequest.terms(action, exchange, virtual);
        return keys.claim(exchange, terms).handle((claimed, failure) -> failure == null ? CompletableFuture.completedStage(claimed)
                : CompletableFuture.<Optional<OrderRun>>failedStage(told(Stages.cause(failure), terms, call))).thenCompose(stage -> stage)
                .thenCompose(claimed -> {
                    if (claimed.isEmpty()) {
                        return CompletableFuture.completedStage(null);
                    }
                    OrderRequest.show(terms, exchange);
                    if (action == null) {
                        call.attribute(OutgoingOrder.class, OrderRequest.outgoing(call.attribute(PassedRequest.class), terms));
                    }
                    call.attribute(ClaimedOrder.class, new OrderDispatch(orders, halt, guard, changed, claimed.get(), terms, call));
                    PassedOrder passed = call.attribute(PassedOrder.class);
                    return guard.check(terms, call).thenCompose(allowed -> passed == null ? CompletableFuture.completedStage(null)
                            : own.require(passed, call));
                });
    }

    /** Without a journal it is not known whether trading is halted, unless it is here that an operator has said so. */
    private Throwable told(Throwable failure, Terms terms, Call call) {
        boolean away = failure instanceof Problem problem && problem.code() == ProblemCode.JOURNAL_UNAVAILABLE;
        boolean nothingBefore = call.orderFate() == OrderFate.NOT_PLACED;
        return away && nothingBefore && !terms.cancels() && halt.isHeldHere() ? OrderLifecycle.halted() : failure;
    }
}
