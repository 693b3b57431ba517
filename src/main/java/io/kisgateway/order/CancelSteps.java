package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Times;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;

/** What a cancellation needs besides: where its order lies, and whether anything was left of it. */
final class CancelSteps {

    private final Journal journal;
    private final OrdersAtKis atKis;
    private final Clock clock;

    CancelSteps(Journal journal, OrdersAtKis atKis, Clock clock) {
        this.journal = journal;
        this.atKis = atKis;
        this.clock = clock;
    }

    /** KIS cancels only with the branch that took the order: the journal knows it, or else KIS. */
    CompletionStage<?> findOrigin(Exchange exchange) {
        Call call = Call.of(exchange);
        String orderNo = exchange.getVariable(Variables.ORDER_NO, String.class);
        Long quantity = exchange.getVariable(Variables.QUANTITY, Long.class);
        exchange.setVariable(Variables.CANCEL_ALL, quantity == null ? "Y" : "N");
        exchange.setVariable(Variables.CANCEL_QUANTITY, quantity == null ? "0" : quantity.toString());
        return journal.findByNumber(orderNo).exceptionally(failure -> {
            throw OrderLifecycle.journalAway(failure);
        }).thenCompose(found -> {
            Optional<OrderEntry> today = found.filter(entry -> entry.day().equals(today()) && entry.terms().stockCode() != null
                    && entry.placement() != null && entry.placement().organizationNo() != null && !entry.terms().cancels());
            if (today.isPresent()) {
                keep(exchange, today.get().placement().organizationNo(), today.get().terms().stockCode());
                return CompletableFuture.completedStage(null);
            }
            return atKis.on(today(), null, atKis.ownCall(call.requestId())).thenAccept(rows -> {
                KisOrder row = find(rows, orderNo).orElseThrow(() -> Problem.of(ProblemCode.UNKNOWN_ORDER,
                        "Neither the journal nor KIS knows an order " + orderNo + " of today"));
                keep(exchange, row.organizationNo(), row.code());
            });
        });
    }

    private static void keep(Exchange exchange, String organizationNo, String stockCode) {
        exchange.setVariable(Variables.ORGANIZATION_NO, organizationNo);
        exchange.setVariable(Variables.STOCK_CODE, stockCode);
        exchange.setVariable(Variables.CANCELLED, true);
    }

    /** KIS would not cancel. If nothing was left of the order that is an answer; if something was, KIS's refusal is. */
    CompletionStage<?> checkLeft(Exchange exchange) {
        Exception refusal = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String orderNo = exchange.getVariable(Variables.ORDER_NO, String.class);
        return atKis.on(today(), exchange.getVariable(Variables.STOCK_CODE, String.class),
                atKis.ownCall(Call.of(exchange).requestId())).handle((rows, failure) -> {
                    Optional<KisOrder> done = failure != null ? Optional.empty()
                            : find(rows, orderNo).filter(row -> row.remaining() == 0);
                    if (done.isPresent()) {
                        exchange.setVariable(Variables.CANCELLED, false);
                        exchange.setVariable(Variables.FILLED_QUANTITY, done.get().filled());
                        exchange.setVariable(Variables.CANCELLED_QUANTITY, done.get().cancelled());
                    } else {
                        exchange.setException(refusal);
                    }
                    return null;
                });
    }

    private static Optional<KisOrder> find(List<KisOrder> rows, String orderNo) {
        return rows.stream().filter(row -> row.orderNo().equals(orderNo) && !row.cancellation()).findFirst();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), Times.KST);
    }
}
