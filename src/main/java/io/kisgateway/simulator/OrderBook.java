package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Orders and the account they move, under one lock. There is always a counterpart at the market's price: an order
 * that can trade trades in full, at once; others rest until the price comes to them or their day is over.
 */
public final class OrderBook {

    private final Market market;
    private final OrderRules rules;
    private final SimulatorOptions options;
    private final InstantSource clock;
    private final Account account;
    private final OrderStore orders;
    private LocalDate day;
    private Consumer<OrderEvent> told = event -> {};

    OrderBook(Market market, SimulatorOptions options) {
        this.market = market;
        this.rules = new OrderRules(market);
        this.options = options;
        this.clock = options.clock();
        this.day = KoreanTime.date(clock.instant());
        this.account = new Account(options.cash(), options.holdings(), day);
        this.orders = new OrderStore(options);
        options.holdings().forEach(this::requireKnown);
    }

    /** Who is told what happens to orders, under the book's lock: at once and without waiting. */
    synchronized void tell(Consumer<OrderEvent> listener) {
        told = listener;
    }

    private void tell(OrderEvent.Kind kind, Order.Entry entry, long quantity, long price, Instant at) {
        told.accept(new OrderEvent(kind, entry.view(), quantity, price, at));
    }

    private void requireKnown(Holding holding) {
        if (market.stock(holding.code()).isEmpty()) {
            throw new IllegalArgumentException("code: unknown issue " + holding.code());
        }
    }

    /** Every order taken, oldest first. */
    public synchronized List<Order> list() {
        settle(clock.instant());
        return orders.all().stream().map(Order.Entry::view).toList();
    }

    public synchronized Optional<Order> find(String orderNo) {
        settle(clock.instant());
        return Optional.ofNullable(orders.find(orderNo)).map(Order.Entry::view);
    }

    /** What the account holds; average prices cut to whole won. */
    public synchronized List<Holding> holdings() {
        settle(clock.instant());
        return account.positions().stream().filter(position -> position.quantity > 0)
                .map(position -> new Holding(position.code, position.quantity, position.cost / position.quantity))
                .toList();
    }

    /** Shares of an issue the account holds. */
    public synchronized long held(String code) {
        settle(clock.instant());
        return account.quantity(code);
    }

    /** The deposit after all trades so far have settled (D+2). */
    public synchronized long cash() {
        settle(clock.instant());
        return account.depositSettled();
    }

    /** Won an order may still use: settled cash less what open buy orders hold back. */
    public synchronized long orderableCash() {
        settle(clock.instant());
        return availableCash();
    }

    public synchronized void setCash(long won) {
        if (won < 0 || won > 1_000_000_000_000_000L) {
            throw new IllegalArgumentException("cash: must be 0 to 1000000000000000");
        }
        account.cash(won);
    }

    public synchronized void setHoldings(List<Holding> holdings) {
        holdings.forEach(this::requireKnown);
        account.hold(holdings);
    }

    /** Fills an open order, or a part of it, at its own price: what no real market does on demand. */
    public synchronized Order fill(String orderNo, long quantity) {
        Order.Entry entry = requireOpen(orderNo);
        if (quantity < 1 || quantity > entry.remaining()) {
            throw new IllegalArgumentException("quantity: must be 1 to " + entry.remaining());
        }
        execute(entry, quantity, entry.ticket.price(), clock.instant());
        return entry.view();
    }

    private Order.Entry requireOpen(String orderNo) {
        settle(clock.instant());
        Order.Entry entry = orders.findOpen(orderNo);
        if (entry == null) {
            throw new IllegalArgumentException("odno: no open order " + orderNo);
        }
        return entry;
    }

    /** The exchange refuses what is left of an order that KIS has taken. */
    public synchronized Order reject(String orderNo) {
        Order.Entry entry = requireOpen(orderNo);
        reject(entry);
        return entry.view();
    }

    /** Forgets all orders and puts the account back to its start. */
    synchronized void reset() {
        orders.clear();
        account.reset(options.cash(), options.holdings());
    }

    synchronized <T> T read(Function<Account, T> reader) {
        settle(clock.instant());
        return reader.apply(account);
    }

    synchronized Placement place(Order.Ticket ticket, KisCall.Circumstances circumstances) {
        Instant now = clock.instant();
        settle(now);
        return rules.refusal(ticket, now, free(ticket)).<Placement>map(Placement.Refused::new)
                .orElseGet(() -> new Placement.Taken(enter(ticket, "", Order.Kind.NEW, now, circumstances).view()));
    }

    /** A cancellation is an order of its own, with its own number (facts 3.10). Null quantity: all that is left. */
    synchronized Placement cancel(String orderNo, Long quantity, String exchange, KisCall.Circumstances circumstances) {
        Instant now = clock.instant();
        settle(now);
        Order.Entry original = orders.find(orderNo);
        Optional<Refusal> refusal = OrderRules.refusalToChange(original, quantity, exchange);
        if (refusal.isPresent()) {
            return new Placement.Refused(refusal.get());
        }
        long part = quantity == null ? original.remaining() : quantity;
        Order.Ticket ticket = original.ticket.with(original.ticket.type(), part, original.ticket.price());
        Order.Entry cancellation = new Order.Entry(orders.nextNumber(), orderNo, Order.Kind.CANCEL, ticket, now,
                now.plus(circumstances.lag()));
        cancellation.state = Order.State.DONE;
        cancellation.cancelled = part;
        orders.keep(cancellation);
        original.cancelled += part;
        orders.closeIfDone(original, Order.State.CANCELLED);
        tell(OrderEvent.Kind.TAKEN, cancellation, part, ticket.price(), now);
        return new Placement.Taken(cancellation.view());
    }

    /** An amendment lives on under its own number; the original keeps what was not amended. */
    synchronized Placement amend(String orderNo, Long quantity, OrderType type, long price, String exchange,
            KisCall.Circumstances circumstances) {
        Instant now = clock.instant();
        settle(now);
        Order.Entry original = orders.find(orderNo);
        Optional<Refusal> refusal = OrderRules.refusalToChange(original, quantity, exchange);
        if (refusal.isPresent()) {
            return new Placement.Refused(refusal.get());
        }
        long part = quantity == null ? original.remaining() : quantity;
        Order.Ticket ticket = original.ticket.with(type, part, price);
        original.amended += part;
        Optional<Refusal> why = rules.refusal(ticket, now, free(ticket));
        if (why.isPresent()) {
            original.amended -= part;
            return new Placement.Refused(why.get());
        }
        orders.closeIfDone(original, Order.State.AMENDED);
        return new Placement.Taken(enter(ticket, orderNo, Order.Kind.AMEND, now, circumstances).view());
    }

    private Order.Entry enter(Order.Ticket ticket, String originalNo, Order.Kind kind, Instant now,
            KisCall.Circumstances circumstances) {
        Order.Entry entry = new Order.Entry(orders.nextNumber(), originalNo, kind, ticket, now,
                now.plus(circumstances.lag()));
        orders.keep(entry);
        tell(OrderEvent.Kind.TAKEN, entry, ticket.quantity(), ticket.price(), now);
        if (circumstances.rejectedLater()) {
            reject(entry);
            return entry;
        }
        long price = market.quote(ticket.issue(), now).price();
        if (tradesAt(entry, price)) {
            execute(entry, ticket.quantity(), price, now);
        } else if (ticket.type().rest() == OrderType.Rest.IS_CANCELLED) {
            entry.cancelled = entry.remaining();
            orders.close(entry, Order.State.CANCELLED);
            tell(OrderEvent.Kind.CANCELLED, entry, entry.cancelled, ticket.price(), now);
        }
        return entry;
    }

    private void reject(Order.Entry entry) {
        entry.rejected = entry.remaining();
        orders.close(entry, Order.State.REJECTED);
        tell(OrderEvent.Kind.REJECTED, entry, entry.rejected, entry.ticket.price(), clock.instant());
    }

    private boolean tradesAt(Order.Entry entry, long price) {
        if (!entry.ticket.type().priced()) {
            return true;
        }
        if (options.stickyCodes().contains(entry.ticket.issue().code())) {
            return false;
        }
        return entry.buy() ? price <= entry.ticket.price() : price >= entry.ticket.price();
    }

    private void execute(Order.Entry entry, long quantity, long price, Instant at) {
        String code = entry.ticket.issue().code();
        if (entry.buy()) {
            account.buy(code, quantity, quantity * price);
        } else {
            account.sell(code, quantity, quantity * price);
        }
        entry.fill(quantity, price, at);
        orders.closeIfDone(entry, Order.State.FILLED);
        tell(OrderEvent.Kind.FILLED, entry, quantity, price, at);
    }

    /** Lets the time pass that has passed since the last look: days end, resting orders meet the price. */
    synchronized void settle(Instant now) {
        LocalDate today = KoreanTime.date(now);
        if (today.isAfter(day)) {
            orders.open().forEach(entry -> orders.close(entry, Order.State.EXPIRED));
            account.roll(today);
            day = today;
        }
        for (Order.Entry entry : orders.open()) {
            fillIfReached(entry, now);
        }
    }

    private void fillIfReached(Order.Entry entry, Instant now) {
        Issue issue = entry.ticket.issue();
        if (options.stickyCodes().contains(issue.code())) {
            return;
        }
        market.firstCrossing(issue, entry.buy(), entry.ticket.price(), entry.watchedUntil, now)
                .ifPresent(at -> execute(entry, entry.remaining(), entry.ticket.price(), at));
        entry.watchedUntil = now;
    }

    private OrderRules.Free free(Order.Ticket ticket) {
        return new OrderRules.Free(availableCash(), sellable(ticket.issue().code()));
    }

    private long availableCash() {
        long reserved = orders.open().stream().filter(Order.Entry::buy)
                .mapToLong(entry -> entry.remaining() * entry.ticket.price()).sum();
        return Math.max(0, account.depositSettled() - reserved);
    }

    synchronized long sellable(String code) {
        long reserved = orders.open().stream()
                .filter(entry -> !entry.buy() && entry.ticket.issue().code().equals(code))
                .mapToLong(Order.Entry::remaining).sum();
        return Math.max(0, account.quantity(code) - reserved);
    }

    synchronized List<Order.Entry> openOrders() {
        settle(clock.instant());
        return orders.open();
    }

    /** Orders the ledger shows by now, but for those younger than its lag, newest last. */
    synchronized List<Order.Entry> listed(LocalDate from, LocalDate to, Duration lag) {
        Instant now = clock.instant();
        settle(now);
        return orders.all().stream()
                .filter(entry -> !entry.listedFrom.isAfter(now) && !entry.time.isAfter(now.minus(lag)))
                .filter(entry -> !entry.date().isBefore(from) && !entry.date().isAfter(to))
                .toList();
    }

    synchronized String nextNumber() {
        return orders.nextNumber();
    }
}
