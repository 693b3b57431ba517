package io.kisgateway.simulator;

/** What somebody does to the account's orders without this API, such as on the HTS. */
public final class Elsewhere {

    private final Market market;
    private final OrderBook book;

    Elsewhere(Market market, OrderBook book) {
        this.market = market;
        this.book = book;
    }

    /** An order that was placed elsewhere, such as on the HTS; a price of 0 is a market order. */
    public Order place(Order.Side side, String code, long quantity, long price, String exchange) {
        Issue issue = market.stock(code)
                .orElseThrow(() -> new IllegalArgumentException("code: unknown issue " + code));
        OrderType type = price == 0 ? OrderType.MARKET : OrderType.LIMIT;
        return taken(book.place(new Order.Ticket(side, issue, type, quantity, price, exchange), KisCall.Circumstances.USUAL));
    }

    /** An amendment made elsewhere, of all that is left. */
    public Order amend(String orderNo, long price) {
        return taken(book.amend(orderNo, null, OrderType.LIMIT, price, exchange(orderNo), KisCall.Circumstances.USUAL));
    }

    /** A cancellation made elsewhere, of all that is left. */
    public Order cancel(String orderNo) {
        return taken(book.cancel(orderNo, null, exchange(orderNo), KisCall.Circumstances.USUAL));
    }

    private String exchange(String orderNo) {
        return book.find(orderNo).map(Order::exchange)
                .orElseThrow(() -> new IllegalArgumentException("odno: no order " + orderNo));
    }

    private static Order taken(Placement placement) {
        if (placement instanceof Placement.Taken taken) {
            return taken.order();
        }
        throw new IllegalArgumentException("order: refused, " + ((Placement.Refused) placement).why());
    }
}
