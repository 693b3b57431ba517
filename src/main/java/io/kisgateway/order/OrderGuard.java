package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.OrderBounds;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.order.journal.OrderType;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Recent;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stops what must not go out: any order while trading is halted, and one that is larger than an operator allows. */
final class OrderGuard {

    private static final LocalTime OPENING = LocalTime.of(9, 0);
    private static final int MOST_CODES = 5000;

    private final TradingHalt halt;
    private final long maxQuantity;
    private final long maxValue;
    private final OrdersAtKis kis;
    private final ClientBounds clients;
    private final Clock clock;
    /** By day and code. */
    private final Map<String, Long> upperLimits = Recent.map(MOST_CODES);

    /** @param maxValue won; like {@code maxQuantity} {@link Long#MAX_VALUE} for no limit */
    OrderGuard(TradingHalt halt, long maxQuantity, long maxValue, OrdersAtKis kis, ClientBounds clients, Clock clock) {
        this.clients = clients;
        this.halt = halt;
        this.maxQuantity = maxQuantity;
        this.maxValue = maxValue;
        this.kis = kis;
        this.clock = clock;
    }

    /** Cancellations go on: they take risk away. A change is asked about again when its order is known. */
    CompletionStage<?> check(Terms terms, Call call) {
        if (terms.cancels()) {
            return CompletableFuture.completedStage(null);
        }
        if (halt.isHalted()) {
            throw OrderLifecycle.halted();
        }
        return terms.changes() ? CompletableFuture.completedStage(null) : checkSize(terms, call);
    }

    /** @throws Problem if the order is larger than an operator allows */
    CompletionStage<?> checkSize(Terms terms, Call call) {
        if (terms.quantity() > maxQuantity) {
            throw guard("quantity " + terms.quantity() + " is over " + maxQuantity + ", the most this gateway lets through");
        }
        OrderBounds bounds = ClientBounds.of(call);
        boolean bounded =
                maxQuantity != Long.MAX_VALUE || maxValue != Long.MAX_VALUE || bounds.quantity() != Long.MAX_VALUE || bounds.valued();
        if (terms.quantity() == 0 && bounded) {
            throw guard("how much is ordered is not known, and this gateway bounds what it lets through");
        }
        ClientBounds.check(terms, call);
        if (maxValue == Long.MAX_VALUE && !bounds.valued()) {
            return CompletableFuture.completedStage(null);
        }
        boolean kept = terms.type() != OrderType.CONDITIONAL_LIMIT;
        if (terms.price() > 0 && kept) {
            return check(terms.quantity(), terms.price(), "", call);
        }
        if (terms.stockCode() == null) {
            throw guard("what the order is worth is not known, and this gateway lets through no more than " + maxValue + " won");
        }
        return upperLimit(terms.stockCode(), call).thenCompose(limit -> check(terms.quantity(), limit,
                ", at the upper limit price of " + limit
                        + (kept ? " as it has no price of its own," : " as it goes to the market at the close,"),
                call));
    }

    private CompletionStage<Void> check(long quantity, long price, String how, Call call) {
        if (quantity > 0 && price > maxValue / quantity) {
            throw guard("the order's value of " + quantity * price + " won" + how + " is over " + maxValue
                    + " won, the most this gateway lets through");
        }
        return clients.check(quantity * price, call);
    }

    private static Problem guard(String detail) {
        return Problem.of(ProblemCode.ORDER_GUARD, detail);
    }

    /** The same all day; what KIS tells before the exchange opens may be yesterday's, and is asked for again. */
    private CompletionStage<Long> upperLimit(String code, Call call) {
        LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), KoreanTime.KST);
        String name = now.toLocalDate() + code;
        Long known = known(name);
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        return kis.priceLimits(code, call.requestId()).thenApply(reply -> {
            long limit = read(reply);
            if (!now.toLocalTime().isBefore(OPENING)) {
                keep(name, limit);
            }
            return limit;
        });
    }

    private static long read(JsonNode reply) {
        String limit = reply.path("output").path("stck_mxpr").asText("").strip();
        if (!limit.matches("0*[1-9][0-9]{0,17}")) {
            throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS did not tell the upper limit price, so that the order cannot be valued");
        }
        return Long.parseLong(limit);
    }

    private synchronized Long known(String name) {
        return upperLimits.get(name);
    }

    private synchronized void keep(String name, long limit) {
        upperLimits.put(name, limit);
    }
}
