package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Optional;

/** Why an order or a change of one is refused; nothing here changes anything. */
final class OrderRules {

    private final Market market;

    OrderRules(Market market) {
        this.market = market;
    }

    /** What the account still has free: won, and shares of the issue that is asked for. */
    record Free(long cash, long shares) {}

    static Optional<Refusal> refusalToChange(Order.Entry original, Long quantity, String exchange) {
        if (original == null) {
            return Optional.of(Refusal.NO_SUCH_ORDER);
        }
        if (!original.ticket.exchange().equals(exchange)) {
            return Optional.of(Refusal.OTHER_EXCHANGE);
        }
        boolean tooMuch = quantity != null && quantity > original.remaining();
        return original.remaining() == 0 || tooMuch ? Optional.of(Refusal.NOTHING_LEFT) : Optional.empty();
    }

    Optional<Refusal> refusal(Order.Ticket ticket, Instant now, Free free) {
        Market.Quote quote = market.quote(ticket.issue(), now);
        Optional<Refusal> closed = closed(ticket.type(), now);
        if (closed.isPresent()) {
            return closed;
        }
        if (quote.halted()) {
            return Optional.of(Refusal.HALTED);
        }
        if (ticket.type().priced()) {
            if (!ticket.issue().onGrid(ticket.price())) {
                return Optional.of(Refusal.PRICE_OFF_GRID);
            }
            if (ticket.price() > quote.upperLimit() || ticket.price() < quote.lowerLimit()) {
                return Optional.of(Refusal.PRICE_OFF_LIMITS);
            }
        }
        return ticket.side() == Order.Side.BUY ? refusalToBuy(ticket, quote, free) : refusalToSell(ticket, free);
    }

    private static Optional<Refusal> refusalToBuy(Order.Ticket ticket, Market.Quote quote, Free free) {
        // Facts 3.9: an order without a price is margined at the upper limit.
        long margin = ticket.type().priced() ? ticket.price() : quote.upperLimit();
        return ticket.quantity() > free.cash() / margin
                ? Optional.of(Refusal.NOT_ENOUGH_CASH) : Optional.empty();
    }

    private static Optional<Refusal> refusalToSell(Order.Ticket ticket, Free free) {
        return ticket.quantity() > free.shares()
                ? Optional.of(Refusal.NOT_ENOUGH_SHARES) : Optional.empty();
    }

    private Optional<Refusal> closed(OrderType type, Instant now) {
        if (type.rest() == OrderType.Rest.OFF_HOURS) {
            return Optional.of(Refusal.AFTER_CLOSE);
        }
        if (!market.marketHours()) {
            return Optional.empty();
        }
        if (!TradingDays.isOpen(KoreanTime.date(now))) {
            return Optional.of(Refusal.NOT_A_TRADING_DAY);
        }
        LocalTime time = Texts.seoul(now).toLocalTime();
        if (time.isBefore(Session.OPEN)) {
            return Optional.of(Refusal.BEFORE_OPEN);
        }
        return time.isBefore(Session.CLOSE) ? Optional.empty() : Optional.of(Refusal.AFTER_CLOSE);
    }
}
