package io.kisgateway.simulator;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cash and positions. Trades settle two trading days later, as in Korea: the deposit stays, D+1 and D+2 move.
 * No fees, no taxes. Guarded by the order book's lock.
 */
final class Account {

    private long deposit;
    private final TreeMap<LocalDate, Long> unsettled = new TreeMap<>();
    private final TreeMap<String, Position> positions = new TreeMap<>();
    private LocalDate today;
    private Turnover todays = new Turnover(0, 0);
    private Turnover yesterdays = new Turnover(0, 0);

    Account(long cash, List<Holding> holdings, LocalDate today) {
        this.today = today;
        reset(cash, holdings);
    }

    private record Turnover(long bought, long sold) {}

    static final class Position {

        final String code;
        long quantity;
        long cost;
        long boughtToday;
        long soldToday;
        long boughtYesterday;
        long soldYesterday;
        LocalDate goneAfter;

        Position(String code, long quantity, long cost) {
            this.code = code;
            this.quantity = quantity;
            this.cost = cost;
        }

        BigDecimal averagePrice() {
            return Texts.ratio(cost, quantity, 1, 4);
        }
    }

    void reset(long cash, List<Holding> holdings) {
        deposit = cash;
        unsettled.clear();
        todays = new Turnover(0, 0);
        yesterdays = new Turnover(0, 0);
        hold(holdings);
    }

    void cash(long won) {
        deposit = won;
        unsettled.clear();
    }

    void hold(List<Holding> holdings) {
        positions.clear();
        for (Holding holding : holdings) {
            positions.put(holding.code(), new Position(holding.code(), holding.quantity(),
                    holding.quantity() * holding.averagePrice()));
        }
    }

    void roll(LocalDate date) {
        if (!date.isAfter(today)) {
            return;
        }
        today = date;
        yesterdays = todays;
        todays = new Turnover(0, 0);
        Map<LocalDate, Long> due = unsettled.headMap(date, true);
        deposit += due.values().stream().mapToLong(Long::longValue).sum();
        due.clear();
        positions.values().removeIf(position -> position.quantity == 0 && position.goneAfter.isBefore(date));
        for (Position position : positions.values()) {
            position.boughtYesterday = position.boughtToday;
            position.soldYesterday = position.soldToday;
            position.boughtToday = 0;
            position.soldToday = 0;
        }
    }

    void buy(String code, long quantity, long amount) {
        Position position = positions.computeIfAbsent(code, fresh -> new Position(fresh, 0, 0));
        position.quantity += quantity;
        position.cost += amount;
        position.boughtToday += quantity;
        todays = new Turnover(todays.bought + amount, todays.sold);
        settleLater(-amount);
    }

    void sell(String code, long quantity, long amount) {
        Position position = positions.get(code);
        position.cost -= position.cost / position.quantity * quantity
                + position.cost % position.quantity * quantity / position.quantity;
        position.quantity -= quantity;
        position.soldToday += quantity;
        // Facts 3.11: sold-out issues stay as rows of quantity 0 until D+2.
        position.goneAfter = settlementDay(2);
        todays = new Turnover(todays.bought, todays.sold + amount);
        settleLater(amount);
    }

    private void settleLater(long amount) {
        unsettled.merge(settlementDay(2), amount, Long::sum);
    }

    private LocalDate settlementDay(int days) {
        return TradingDays.plus(today, days);
    }

    long deposit() {
        return deposit;
    }

    long depositNextDay() {
        return deposit + unsettled.headMap(settlementDay(1), true).values().stream().mapToLong(Long::longValue).sum();
    }

    long depositSettled() {
        return deposit + unsettled.values().stream().mapToLong(Long::longValue).sum();
    }

    long boughtToday() {
        return todays.bought;
    }

    long soldToday() {
        return todays.sold;
    }

    long boughtYesterday() {
        return yesterdays.bought;
    }

    long soldYesterday() {
        return yesterdays.sold;
    }

    long quantity(String code) {
        Position position = positions.get(code);
        return position == null ? 0 : position.quantity;
    }

    Position position(String code) {
        return positions.get(code);
    }

    Collection<Position> positions() {
        return positions.values();
    }
}
