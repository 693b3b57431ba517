package io.kisgateway.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Orders and the account they move, under one lock. There is always a counterpart at the market's price: an order
 * that can trade trades in full, at once; others rest until the price comes to them or their day is over.
 */
public final class OrderBook {

    private static final long HIGHEST_NUMBER = 9_999_999_999L;

    private final Market market;
    private final SimulatorOptions options;
    private final InstantSource clock;
    private final Account account;
    private final Map<String, Order.Entry> orders = new LinkedHashMap<>();
    private final Map<String, Order.Entry> open = new LinkedHashMap<>();
    private long lastNumber;
    private LocalDate day;

    OrderBook(Market market, SimulatorOptions options) {
        this.market = market;
        this.options = options;
        this.clock = options.clock();
        this.day = Texts.seoulDate(clock.instant());
        this.account = new Account(options.cash(), options.holdings(), day);
        // Order numbers stay unique when the simulator is restarted: they start at the time of day.
        this.lastNumber = Texts.seoul(clock.instant()).toLocalTime().toNanoOfDay() / 1_000_000 * 100;
        options.holdings().forEach(this::requireKnown);
    }

    private void requireKnown(Holding holding) {
        if (market.stock(holding.code()).isEmpty()) {
            throw new IllegalArgumentException("code: unknown issue " + holding.code());
        }
    }

    sealed interface Placement {

        record Taken(Order order) implements Placement {
        }

        record Refused(Refusal why) implements Placement {
        }
    }

    /** Every order taken, oldest first. */
    public synchronized List<Order> list() {
        settle(clock.instant());
        return orders.values().stream().map(Order.Entry::view).toList();
    }

    public synchronized Optional<Order> find(String orderNo) {
        settle(clock.instant());
        return Optional.ofNullable(orders.get(orderNo)).map(Order.Entry::view);
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
        Instant now = clock.instant();
        settle(now);
        Order.Entry entry = open.get(orderNo);
        if (entry == null) {
            throw new IllegalArgumentException("odno: no open order " + orderNo);
        }
        if (quantity < 1 || quantity > entry.remaining()) {
            throw new IllegalArgumentException("quantity: must be 1 to " + entry.remaining());
        }
        execute(entry, quantity, entry.ticket.price(), now);
        return entry.view();
    }

    /** The exchange refuses what is left of an order that KIS has taken. */
    public synchronized Order reject(String orderNo) {
        settle(clock.instant());
        Order.Entry entry = open.get(orderNo);
        if (entry == null) {
            throw new IllegalArgumentException("odno: no open order " + orderNo);
        }
        reject(entry);
        return entry.view();
    }

    /** An order that was placed elsewhere, such as on the HTS; a price of 0 is a market order. */
    public Order placeElsewhere(Order.Side side, String code, long quantity, long price, String exchange) {
        Issue issue = market.stock(code)
                .orElseThrow(() -> new IllegalArgumentException("code: unknown issue " + code));
        OrderType type = price == 0 ? OrderType.MARKET : OrderType.LIMIT;
        return taken(place(new Order.Ticket(side, issue, type, quantity, price, exchange), KisCall.Circumstances.USUAL));
    }

    /** An amendment made elsewhere, of all that is left. */
    public Order amendElsewhere(String orderNo, long price) {
        return taken(amend(orderNo, null, OrderType.LIMIT, price, exchange(orderNo), KisCall.Circumstances.USUAL));
    }

    /** A cancellation made elsewhere, of all that is left. */
    public Order cancelElsewhere(String orderNo) {
        return taken(cancel(orderNo, null, exchange(orderNo), KisCall.Circumstances.USUAL));
    }

    private String exchange(String orderNo) {
        return find(orderNo).map(Order::exchange)
                .orElseThrow(() -> new IllegalArgumentException("odno: no order " + orderNo));
    }

    private static Order taken(Placement placement) {
        if (placement instanceof Placement.Taken taken) {
            return taken.order();
        }
        throw new IllegalArgumentException("order: refused, " + ((Placement.Refused) placement).why());
    }

    /** Forgets all orders and puts the account back to its start. */
    synchronized void reset() {
        orders.clear();
        open.clear();
        account.reset(options.cash(), options.holdings());
    }

    synchronized <T> T read(Function<Account, T> reader) {
        settle(clock.instant());
        return reader.apply(account);
    }

    synchronized Placement place(Order.Ticket ticket, KisCall.Circumstances circumstances) {
        Instant now = clock.instant();
        settle(now);
        Optional<Refusal> refusal = refusal(ticket, now);
        if (refusal.isPresent()) {
            return new Placement.Refused(refusal.get());
        }
        return new Placement.Taken(enter(ticket, "", Order.Kind.NEW, now, circumstances).view());
    }

    /** A cancellation is an order of its own, with its own number (facts 3.10). Null quantity: all that is left. */
    synchronized Placement cancel(String orderNo, Long quantity, String exchange, KisCall.Circumstances circumstances) {
        Instant now = clock.instant();
        settle(now);
        Order.Entry original = orders.get(orderNo);
        Optional<Refusal> refusal = refusal(original, quantity, exchange);
        if (refusal.isPresent()) {
            return new Placement.Refused(refusal.get());
        }
        long part = quantity == null ? original.remaining() : quantity;
        Order.Ticket ticket = of(original.ticket, original.ticket.type(), part, original.ticket.price());
        Order.Entry cancellation = new Order.Entry(nextNumber(), orderNo, Order.Kind.CANCEL, ticket, now,
                now.plus(circumstances.lag()));
        cancellation.state = Order.State.DONE;
        cancellation.cancelled = part;
        keep(cancellation);
        original.cancelled += part;
        closeIfDone(original, Order.State.CANCELLED);
        return new Placement.Taken(cancellation.view());
    }

    /** An amendment lives on under its own number; the original keeps what was not amended. */
    synchronized Placement amend(String orderNo, Long quantity, OrderType type, long price, String exchange,
                                 KisCall.Circumstances circumstances) {
        Instant now = clock.instant();
        settle(now);
        Order.Entry original = orders.get(orderNo);
        Optional<Refusal> refusal = refusal(original, quantity, exchange);
        if (refusal.isPresent()) {
            return new Placement.Refused(refusal.get());
        }
        long part = quantity == null ? original.remaining() : quantity;
        Order.Ticket ticket = of(original.ticket, type, part, price);
        original.amended += part;
        Optional<Refusal> why = refusal(ticket, now);
        if (why.isPresent()) {
            original.amended -= part;
            return new Placement.Refused(why.get());
        }
        closeIfDone(original, Order.State.AMENDED);
        return new Placement.Taken(enter(ticket, orderNo, Order.Kind.AMEND, now, circumstances).view());
    }

    private static Order.Ticket of(Order.Ticket ticket, OrderType type, long quantity, long price) {
        return new Order.Ticket(ticket.side(), ticket.issue(), type, quantity, price, ticket.exchange());
    }

    private static Optional<Refusal> refusal(Order.Entry original, Long quantity, String exchange) {
        if (original == null) {
            return Optional.of(Refusal.NO_SUCH_ORDER);
        }
        if (!original.ticket.exchange().equals(exchange)) {
            return Optional.of(Refusal.OTHER_EXCHANGE);
        }
        boolean tooMuch = quantity != null && quantity > original.remaining();
        return original.remaining() == 0 || tooMuch ? Optional.of(Refusal.NOTHING_LEFT) : Optional.empty();
    }

    private void closeIfDone(Order.Entry entry, Order.State state) {
        if (entry.remaining() == 0) {
            close(entry, state);
        }
    }

    private void close(Order.Entry entry, Order.State state) {
        entry.state = state;
        open.remove(entry.orderNo);
    }

    private Optional<Refusal> refusal(Order.Ticket ticket, Instant now) {
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
        return ticket.side() == Order.Side.BUY ? refusalToBuy(ticket, quote) : refusalToSell(ticket);
    }

    private Optional<Refusal> refusalToBuy(Order.Ticket ticket, Market.Quote quote) {
        // Facts 3.9: an order without a price is margined at the upper limit.
        long margin = ticket.type().priced() ? ticket.price() : quote.upperLimit();
        return ticket.quantity() > availableCash() / margin
                ? Optional.of(Refusal.NOT_ENOUGH_CASH) : Optional.empty();
    }

    private Optional<Refusal> refusalToSell(Order.Ticket ticket) {
        return ticket.quantity() > sellable(ticket.issue().code())
                ? Optional.of(Refusal.NOT_ENOUGH_SHARES) : Optional.empty();
    }

    private Optional<Refusal> closed(OrderType type, Instant now) {
        if (type.rest() == OrderType.Rest.OFF_HOURS) {
            return Optional.of(Refusal.AFTER_CLOSE);
        }
        if (!market.marketHours()) {
            return Optional.empty();
        }
        if (!TradingDays.isOpen(Texts.seoulDate(now))) {
            return Optional.of(Refusal.NOT_A_TRADING_DAY);
        }
        LocalTime time = Texts.seoul(now).toLocalTime();
        if (time.isBefore(Session.OPEN)) {
            return Optional.of(Refusal.BEFORE_OPEN);
        }
        return time.isBefore(Session.CLOSE) ? Optional.empty() : Optional.of(Refusal.AFTER_CLOSE);
    }

    private Order.Entry enter(Order.Ticket ticket, String originalNo, Order.Kind kind, Instant now,
                              KisCall.Circumstances circumstances) {
        Order.Entry entry = new Order.Entry(nextNumber(), originalNo, kind, ticket, now,
                now.plus(circumstances.lag()));
        keep(entry);
        if (circumstances.rejectedLater()) {
            reject(entry);
            return entry;
        }
        open.put(entry.orderNo, entry);
        long price = market.quote(ticket.issue(), now).price();
        if (tradesAt(entry, price)) {
            execute(entry, ticket.quantity(), price, now);
        } else if (ticket.type().rest() == OrderType.Rest.IS_CANCELLED) {
            entry.cancelled = entry.remaining();
            close(entry, Order.State.CANCELLED);
        }
        return entry;
    }

    private void reject(Order.Entry entry) {
        entry.rejected = entry.remaining();
        close(entry, Order.State.REJECTED);
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
        long amount = quantity * price;
        String code = entry.ticket.issue().code();
        if (entry.buy()) {
            account.buy(code, quantity, amount);
        } else {
            account.sell(code, quantity, amount);
        }
        entry.filled += quantity;
        entry.amount += amount;
        List<Order.Fill> fills = new ArrayList<>(entry.fills);
        fills.add(new Order.Fill(quantity, price, Texts.seoul(at)));
        entry.fills = List.copyOf(fills);
        closeIfDone(entry, Order.State.FILLED);
    }

    /** Lets the time pass that has passed since the last look: days end, resting orders meet the price. */
    synchronized void settle(Instant now) {
        LocalDate today = Texts.seoulDate(now);
        if (today.isAfter(day)) {
            List.copyOf(open.values()).forEach(entry -> close(entry, Order.State.EXPIRED));
            account.roll(today);
            day = today;
        }
        for (Order.Entry entry : List.copyOf(open.values())) {
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

    private long availableCash() {
        long reserved = open.values().stream().filter(Order.Entry::buy)
                .mapToLong(entry -> entry.remaining() * entry.ticket.price()).sum();
        return Math.max(0, account.depositSettled() - reserved);
    }

    synchronized long sellable(String code) {
        long reserved = open.values().stream()
                .filter(entry -> !entry.buy() && entry.ticket.issue().code().equals(code))
                .mapToLong(Order.Entry::remaining).sum();
        return Math.max(0, account.quantity(code) - reserved);
    }

    /** Orders the ledger shows by now, but for those younger than its lag, newest last. */
    synchronized List<Order.Entry> listed(LocalDate from, LocalDate to, Duration lag) {
        Instant now = clock.instant();
        settle(now);
        return orders.values().stream()
                .filter(entry -> !entry.listedFrom.isAfter(now) && !entry.time.isAfter(now.minus(lag)))
                .filter(entry -> !entry.date().isBefore(from) && !entry.date().isAfter(to))
                .toList();
    }

    synchronized List<Order.Entry> openOrders() {
        settle(clock.instant());
        return List.copyOf(open.values());
    }

    private String nextNumber() {
        lastNumber++;
        String number = Long.toString(options.descendingOrderNumbers() ? HIGHEST_NUMBER - lastNumber : lastNumber);
        return "0".repeat(10 - number.length()) + number;
    }

    private void keep(Order.Entry entry) {
        orders.put(entry.orderNo, entry);
        if (orders.size() > options.maxOrders()) {
            Iterator<Order.Entry> eldest = orders.values().iterator();
            while (eldest.hasNext()) {
                if (!eldest.next().open()) {
                    eldest.remove();
                    return;
                }
            }
        }
    }
}
