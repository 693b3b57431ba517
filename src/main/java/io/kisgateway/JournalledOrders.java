package io.kisgateway;

import io.kisgateway.ops.FinishedCall;
import io.kisgateway.ops.OrdersView;
import io.kisgateway.ops.SentOrders;
import io.kisgateway.order.OrderModule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What operators see of orders: those that this instance sent, by what became of them, and those in doubt, by the journal. */
final class JournalledOrders implements OrdersView {

    private final SentOrders sent = new SentOrders();
    private final OrderModule orders;

    JournalledOrders(OrderModule orders) {
        this.orders = orders;
    }

    @Override
    public void finished(FinishedCall call, Instant at) {
        sent.finished(call, at);
    }

    @Override
    public Map<String, Long> byState() {
        return sent.byState();
    }

    @Override
    public List<Unresolved> unresolved() {
        return orders.inDoubt().stream().limit(100).map(order -> new Unresolved(order.id(), order.since(), order.action(),
                order.stockCode(), order.why())).toList();
    }

    @Override
    public long unresolvedCount() {
        return orders.inDoubt().size();
    }

    @Override
    public Optional<Boolean> halted() {
        return Optional.of(orders.halt().isHalted());
    }
}
