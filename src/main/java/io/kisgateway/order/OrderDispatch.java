package io.kisgateway.order;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.OrderReceipt;
import io.kisgateway.call.OutgoingOrder;
import io.kisgateway.call.PreSendCheck;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Standing;
import io.kisgateway.order.ChangedOrder.Target;
import io.kisgateway.order.journal.OrderType;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.Stages;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/** One claimed order while it is sent: written down before, and again at its end by {@link OrderLifecycle#end}. */
final class OrderDispatch implements ClaimedOrder {

    private static final String CASH = "/uapi/domestic-stock/v1/trading/order-cash";
    private static final String CHANGE = "/uapi/domestic-stock/v1/trading/order-rvsecncl";
    /** Facts 3.0, the old ids too. */
    private static final Map<Terms.Action, List<String>> OPERATIONS = Map.of(
            Terms.Action.BUY, List.of("TTTC0012U", "TTTC0802U"), Terms.Action.SELL, List.of("TTTC0011U", "TTTC0801U"),
            Terms.Action.CANCEL, List.of("TTTC0013U", "TTTC0803U"), Terms.Action.MODIFY, List.of("TTTC0013U", "TTTC0803U"));
    private static final Map<String, List<String>> REQUIRED = Map.of(CASH, List.of("PDNO", "ORD_DVSN", "ORD_QTY", "ORD_UNPR"),
            CHANGE, List.of("ORGN_ODNO", "RVSE_CNCL_DVSN_CD", "ORD_QTY", "QTY_ALL_ORD_YN"));

    private final OrderLifecycle orders;
    private final TradingHalt halt;
    private final OrderGuard guard;
    private final ChangedOrder changed;
    private final OrderRun run;
    private final Call call;
    private Terms terms;
    private Target target;
    private boolean permitted;
    private boolean begun;
    private boolean followed;

    OrderDispatch(OrderLifecycle orders, TradingHalt halt, OrderGuard guard, ChangedOrder changed, OrderRun run, Terms terms, Call call) {
        this.orders = orders;
        this.halt = halt;
        this.guard = guard;
        this.changed = changed;
        this.run = run;
        this.terms = terms;
        this.call = call;
    }

    @Override
    public void permitted() {
        permitted = true;
    }

    @Override
    public void begin() {
        if (!permitted) {
            throw new IllegalStateException("nothing was sent: the throttle step comes between the order: step and what sends it");
        }
        if (begun) {
            throw new IllegalStateException("nothing more was sent: one call sends one order, once");
        }
        begun = true;
    }

    @Override
    public boolean begun() {
        return begun;
    }

    @Override
    public CompletionStage<Void> prepare(Exchange exchange, boolean listed) {
        if (!terms.changes()) {
            return CompletableFuture.completedStage(null);
        }
        exchange.setVariable(OrderRequest.CHANGE_ALL, terms.quantity() == 0 ? "Y" : "N");
        exchange.setVariable(OrderRequest.CHANGE_QUANTITY, Long.toString(terms.quantity()));
        if (!listed) {
            return CompletableFuture.completedStage(null);
        }
        return changed.find(terms.originalOrderNo(), terms.cancels(), call).thenCompose(found -> {
            target = found;
            show(exchange);
            return guard();
        });
    }

    private void show(Exchange exchange) {
        terms = terms.of(target.code(), target.orderNo(), target.exchange());
        exchange.setVariable(OrderRequest.TARGET_ORDER_NO, target.orderNo());
        exchange.setVariable(OrderRequest.ORGANIZATION_NO, target.organizationNo());
        exchange.setVariable(OrderRequest.STOCK_CODE, target.code());
        exchange.setVariable(OrderRequest.EXCHANGE, target.exchange());
        OrderType type = target.type() != null && target.type().priced() ? target.type() : OrderType.LIMIT;
        exchange.setVariable(OrderRequest.ORD_DVSN, type.code());
    }

    /** An order with another price may be larger than an operator allows; of what is left the most that it can be counts. */
    private CompletionStage<Void> guard() {
        if (terms.cancels()) {
            return CompletableFuture.completedStage(null);
        }
        long quantity = terms.quantity() == 0 ? target.quantity() : terms.quantity();
        return guard.checkSize(new Terms(Terms.Action.BUY, target.code(), quantity, terms.price(), null), call).thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> send(OutgoingOrder order) {
        if (order.listed()) {
            requireAsClaimed(order);
        }
        requireStanding();
        call.attribute(PreSendCheck.class, this::stillAllowed);
        return orders.send(run, terms.listed(order.listed())).whenComplete((done, failure) -> {
            if (failure != null && Stages.cause(failure) instanceof Problem problem && problem.code() == ProblemCode.ORDER_IN_PROGRESS) {
                call.orderFate(OrderFate.UNKNOWN);
            }
        });
    }

    /** Whether an order of this action is sent by this operation; for those that KIS lists. */
    static boolean isSentBy(Terms.Action action, String path, String trId) {
        boolean changes = action == Terms.Action.CANCEL || action == Terms.Action.MODIFY;
        return OPERATIONS.getOrDefault(action, List.of()).contains(trId) && path.equals(changes ? CHANGE : CASH);
    }

    /** Why what a route says of an order's operation contradicts its {@code order:} step, if so. */
    static Optional<String> misfit(Terms.Action action, String path, String trId, Set<String> parameters) {
        if (!path.equals(CASH) && !path.equals(CHANGE)) {
            return Optional.empty();
        }
        if (!isSentBy(action, path, trId)) {
            return Optional.of("trId " + trId + " does not do what order:" + action.wire() + " says");
        }
        return REQUIRED.get(path).stream().filter(name -> !parameters.contains(name)).findFirst()
                .map(missing -> missing + " is missing, which says what is ordered");
    }

    /** What is sent must be what guard, journal and lookup go by. */
    private void requireAsClaimed(OutgoingOrder order) {
        require(isSentBy(terms.action(), order.path(), order.trId()), "order:" + terms.action().wire(),
                order.path() + " with trId " + order.trId());
        Map<String, String> sent = order.parameters();
        require("ORD_QTY", Long.toString(terms.quantity()), sent);
        if (terms.changes()) {
            require("ORGN_ODNO", terms.originalOrderNo(), sent);
            require("RVSE_CNCL_DVSN_CD", terms.cancels() ? "02" : "01", sent);
            require("QTY_ALL_ORD_YN", terms.quantity() == 0 ? "Y" : "N", sent);
        } else {
            require("PDNO", terms.stockCode(), sent);
            require("ORD_DVSN", terms.type().code(), sent);
        }
        if (!terms.cancels()) {
            require("ORD_UNPR", Long.toString(terms.price()), sent);
        }
        String exchange = sent.getOrDefault("EXCG_ID_DVSN_CD", "");
        require(terms.exchange().equals(exchange.isEmpty() ? OrderType.Exchange.KRX.name() : exchange), terms.exchange(),
                "EXCG_ID_DVSN_CD " + exchange);
    }

    private static void require(String name, String claimed, Map<String, String> sent) {
        require(claimed.equals(sent.get(name)), claimed, name + " " + sent.get(name));
    }

    private static void require(boolean right, String claimed, String sent) {
        if (!right) {
            throw new IllegalStateException("nothing was sent: the route would send " + sent + " where the order says " + claimed);
        }
    }

    /** Whose key or scope was taken away while its order waited: nothing of it goes out any more. */
    private void requireStanding() {
        Standing standing = call.attribute(Standing.class);
        if (standing != null && standing.now().filter(now -> now.scopes().containsAll(call.client().scopes())).isEmpty()) {
            throw Problem.of(ProblemCode.FORBIDDEN, "The client " + call.client().name() + " may not do this any more");
        }
    }

    private CompletionStage<?> stillAllowed() {
        requireStanding();
        if (terms.cancels()) {
            return CompletableFuture.completedStage(null);
        }
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

    @Override
    public boolean mayLeave() {
        return orders.mayLeave(run);
    }

    @Override
    public CompletionStage<Void> taken(Exchange exchange, OrderReceipt receipt) {
        return orders.isAnothers(run, receipt).thenAccept(anothers -> {
            if (anothers) {
                call.orderFate(OrderFate.UNKNOWN);
                throw Problem.of(ProblemCode.KIS_TIMEOUT, inDoubt("KIS answered with number " + receipt.orderNo()
                        + ", which is another order's"));
            }
            String orderedAt = orders.taken(run, receipt);
            exchange.setVariable(OrderRequest.ORDERED_AT, orderedAt == null ? NullNode.instance : TextNode.valueOf(orderedAt));
            exchange.setVariable(OrderRequest.CANCELLED, terms.cancels());
        });
    }

    @Override
    public CompletionStage<Next> refused(Exchange exchange, Problem refusal) {
        if (target == null) {
            return CompletableFuture.failedStage(refusal);
        }
        return changed.left(target, call).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.failedStage(refusal);
            }
            ChangedOrder.Left left = found.get();
            if (left.open().size() == 1 && !followed) {
                followed = true;
                target = Target.of(left.open().get(0));
                show(exchange);
                return CompletableFuture.completedStage(Next.SEND_AGAIN);
            }
            if (!left.open().isEmpty() || !terms.cancels()) {
                return CompletableFuture.failedStage(refusal);
            }
            exchange.setVariable(OrderRequest.CANCELLED, false);
            exchange.setVariable(OrderRequest.FILLED_QUANTITY, left.filled());
            exchange.setVariable(OrderRequest.CANCELLED_QUANTITY, left.cancelled());
            exchange.setVariable(OrderRequest.REJECTED_QUANTITY, left.rejected());
            return CompletableFuture.completedStage(Next.NOTHING_LEFT);
        });
    }

    @Override
    public String inDoubt(String why) {
        String begin = "Whether KIS took the order is not known (" + why + "): ";
        String where = "GET /api/trading/orders/" + run.entry().id();
        if (!run.entry().terms().listed()) {
            return begin + "this gateway cannot look up orders of this kind; see your broker's screen before you order anew, and " + where
                    + " for what was sent";
        }
        return begin + "the gateway is looking it up; " + (run.entry().origin().givenKey() == null
                ? "see " + where + ", or the request_id " + call.requestId() + " in GET /api/trading/orders, before you order anew"
                : "repeat with the same Idempotency-Key, and order nothing anew before " + where + " tells");
    }
}
