package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.Client;
import io.kisgateway.call.OrderBounds;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Scope;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Stages;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client's orders may be, and which orders are its own; says nothing where anybody may call. */
final class ClientBounds {

    private static final Logger LOG = LoggerFactory.getLogger(ClientBounds.class);

    private final Journal journal;

    ClientBounds(Journal journal) {
        this.journal = journal;
    }

    /** An order's value that counts for its day, unless the order is not placed after all. */
    private record Charge(String client, LocalDate day, long value) {}

    static OrderBounds of(Call call) {
        return call.client() == null ? OrderBounds.NONE : call.client().bounds();
    }

    /** @throws Problem if the client may not trade the stock, or not so much of it */
    static void check(Terms terms, Call call) {
        OrderBounds bounds = of(call);
        if (!bounds.stocks().isEmpty() && !bounds.stocks().contains(String.valueOf(terms.stockCode()))) {
            throw passed(call, "stocks", "may not trade " + (terms.stockCode() == null ? "what has no stock code" : terms.stockCode()));
        }
        if (terms.quantity() > bounds.quantity()) {
            throw passed(call, "max_quantity", "may order " + bounds.quantity() + " at once, and not " + terms.quantity());
        }
    }

    /** @param value of the order, won */
    CompletionStage<Void> check(long value, Call call) {
        OrderBounds bounds = of(call);
        if (value > bounds.value()) {
            throw passed(call, "max_value", "may order for " + bounds.value() + " won at once, and not for " + value);
        }
        if (bounds.valuePerDay() == Long.MAX_VALUE) {
            return CompletableFuture.completedStage(null);
        }
        Charge charge = new Charge(call.client().name(), KoreanTime.date(journal.clock().instant()), value);
        return journal.takeValue(charge.client, charge.day, value, bounds.valuePerDay()).exceptionally(failure -> {
            throw OrderLifecycle.journalAway(failure);
        }).thenAccept(within -> {
            if (!within) {
                throw passed(call, "max_value_per_day",
                        "may order for " + bounds.valuePerDay() + " won a day, and " + value + " more would pass that");
            }
            call.attribute(Charge.class, charge);
        });
    }

    private static Problem passed(Call call, String bound, String detail) {
        return Problem.of(ProblemCode.FORBIDDEN, "The client " + call.client().name() + " " + detail + " (" + bound + ")");
    }

    /** The call's order has ended: if it is certain that it was not placed, its value counts no more once that is told. */
    CompletionStage<?> ended(Call call) {
        Charge charge = call.attribute(Charge.class);
        if (charge == null || call.orderFate() != OrderFate.NOT_PLACED) {
            return CompletableFuture.completedStage(null);
        }
        return journal.giveValueBack(charge.client, charge.day, charge.value).exceptionally(failure -> {
            LOG.warn("What an order was worth that was not placed goes on to count for {}: {}", charge.client, Stages.brief(failure));
            return null;
        });
    }

    /**
     * Others' orders are to a client as if there were none.
     *
     * @param found  the order that the client wants to cancel or change, if the journal has it
     * @throws Problem if it is not the client's, or of a side that the client may not trade
     */
    static void requireOwn(String orderNo, Optional<OrderEntry> found, boolean cancels, Call call) {
        Client client = call.client();
        if (client == null) {
            return;
        }
        boolean own = found.map(entry -> client.name().equals(entry.origin().client())).orElse(false);
        if (!own && !client.seesAll()) {
            throw Problem.of(ProblemCode.UNKNOWN_ORDER, "The client " + client.name() + " has no order " + orderNo + " of today");
        }
        Terms.Action side = found.map(entry -> entry.terms().action()).orElse(null);
        if (!cancels && (side == Terms.Action.BUY && !client.may(Scope.BUY)
                || side == Terms.Action.SELL && !client.may(Scope.SELL))) {
            throw Problem.of(ProblemCode.FORBIDDEN, "The client " + client.name() + " lacks the scope " + side.wire());
        }
    }
}
