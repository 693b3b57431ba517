package io.kisgateway.throttle;

import java.util.HashMap;
import java.util.Map;

/**
 * The whole reservation, without clock or I/O: an ask is answered by the first moment that suits the endpoint's windows,
 * the account's budget and the ledger's at once. The Redis script {@code throttle/reserve.lua} does the same, line by
 * line, and the tests hold the two to the same answers. Not safe for several threads.
 */
final class Reservations {

    /** Stands for a slot that cannot be had. */
    static final int REFUSED = -1;

    private final LimiterRules rules;
    private final RollingWindow account;
    private final RollingWindow ledger;
    private final Map<String, FixedWindows> endpoints = new HashMap<>();

    Reservations(LimiterRules rules) {
        this.rules = rules;
        this.account = new RollingWindow(rules.accountRate(), rules.marginMillis());
        this.ledger = new RollingWindow(rules.ledgerRate(), rules.marginMillis());
    }

    /** @param column as what it is booked, or {@link #REFUSED}: then {@code at} is the first moment that is free */
    record Booking(long at, int column) {
        boolean granted() {
            return column != REFUSED;
        }
    }

    /** When it is whose earliest, where not everyone may go at any time. */
    @FunctionalInterface
    interface EarliestMoment {
        /** The first moment from {@code from} on that may be used. */
        long next(long from);
    }

    Booking ask(long now, Ask ask) {
        return ask(now, ask, from -> from);
    }

    Booking ask(long now, Ask ask, EarliestMoment earliest) {
        prune(now, ask);
        boolean keepsPlace = ask.instead() != null;
        if (keepsPlace) {
            giveBack(ask.instead());
        }
        if (ask.rank().compareTo(Rank.ORDER) > 0) {
            account.queryAsked(now);
            ledger.queryAsked(now);
        }
        FixedWindows windows = ask.endpoint() == null ? null : windows(ask.endpoint());
        long at = now;
        if (keepsPlace && now - ask.instead().at() <= rules.marginMillis() / 2) {
            // Timers are a little late: the slot counts from when it was due, as the margin allows for.
            at = Math.min(now, ask.instead().at());
        }
        for (long next = at;; at = next) {
            next = earliest.next(next);
            if (windows != null) {
                next = windows.fit(next, ask.limits());
            }
            if (ask.account()) {
                next = account.fit(next, now, ask.rank(), keepsPlace);
            }
            if (ask.ledger()) {
                next = ledger.fit(next, now, ask.rank(), keepsPlace);
            }
            if (next == at) {
                break;
            }
        }
        if (at > now + ask.patienceMillis()) {
            return new Booking(at, REFUSED);
        }
        int column = RollingWindow.FIXED;
        if (ask.account()) {
            column = account.column(at, now, ask.rank());
        }
        if (ask.ledger() && column <= RollingWindow.FIXED) {
            column = ledger.column(at, now, ask.rank());
        }
        book(ask, at, column, windows);
        return new Booking(at, column);
    }

    private void book(Ask ask, long at, int column, FixedWindows windows) {
        if (windows != null) {
            windows.add(at, ask.limits(), 1);
        }
        if (ask.account()) {
            account.add(at, column);
        }
        if (ask.ledger()) {
            ledger.add(at, column);
        }
    }

    /** Books what was granted elsewhere, whether it fits or not. */
    void note(Slot slot) {
        Ask ask = slot.ask();
        book(ask, slot.at(), slot.column(), ask.endpoint() == null ? null : windows(ask.endpoint()));
    }

    /** Books permits of one limit that others have used. */
    void spent(String endpoint, long at, RateLimits one, int permits) {
        windows(endpoint).spent(at, one.all().get(0), permits);
    }

    void giveBack(Slot slot) {
        Ask ask = slot.ask();
        if (ask.endpoint() != null) {
            windows(ask.endpoint()).add(slot.at(), ask.limits(), -1);
        }
        if (ask.account()) {
            account.remove(slot.at(), slot.column());
        }
        if (ask.ledger()) {
            ledger.remove(slot.at(), slot.column());
        }
    }

    void slowDown(long now, boolean ofLedger) {
        prune(now);
        (ofLedger ? ledger : account).slowDown(now);
    }

    int used(String endpoint, RateLimit limit, long now) {
        return windows(endpoint).used(now, limit);
    }

    int pace(long now, boolean ofLedger) {
        return (ofLedger ? ledger : account).pace(now);
    }

    long paceEra() {
        return account.paceEra() + ledger.paceEra();
    }

    private void prune(long now, Ask ask) {
        if (ask.endpoint() != null) {
            windows(ask.endpoint()).prune(now);
        }
        prune(now);
    }

    /** Both, and before the pace changes: with it changes how much is remembered. */
    private void prune(long now) {
        account.prune(now);
        ledger.prune(now);
    }

    private FixedWindows windows(String endpoint) {
        FixedWindows windows = endpoints.get(endpoint);
        if (windows == null) {
            windows = new FixedWindows(rules.guardMillis());
            endpoints.put(endpoint, windows);
        }
        return windows;
    }
}
