package io.kisgateway.throttle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * The whole reservation, without clock or I/O: an ask is answered by the first moment that suits the endpoint's windows,
 * the client's and the account's budget at once. The Redis script {@code throttle/reserve.lua} does the
 * same, and the tests hold the two to the same answers. Not safe for several threads.
 */
final class Reservations {

    /** For so long after a query asked, orders leave it a quarter of the slots to come. */
    private static final int QUERY_MEMORY_MILLIS = 10_000;
    /** How exactly that is remembered. */
    private static final int QUERY_GRAIN_MILLIS = 1000;

    private final LimiterRules rules;
    private final RollingWindow account;
    private final Map<String, FixedWindows> windows = new HashMap<>();
    private long queryAskedAt;

    Reservations(LimiterRules rules) {
        this.rules = rules;
        this.account = new RollingWindow(rules.accountRate(), rules.marginMillis());
    }

    /** @param column as what it is booked, or which limit refused: then {@code at} is the first moment that is free */
    record Booking(long at, int column) {
        boolean granted() {
            return column >= 0;
        }
    }

    Booking ask(long now, Ask ask) {
        return ask(now, ask, LongUnaryOperator.identity());
    }

    /** @param allowed the first moment from another on at which anything may be granted */
    Booking ask(long now, Ask ask, LongUnaryOperator allowed) {
        List<Ask.Group> groups = ask.groups();
        groups.forEach(group -> windows(group.name()).prune(now));
        account.prune(now);
        Slot old = ask.instead();
        if (old != null) {
            giveBack(old);
        }
        boolean counts = rules.countsAccount();
        boolean order = ask.rank() == Rank.ORDER;
        if (!order && counts && now - queryAskedAt > QUERY_GRAIN_MILLIS) {
            queryAskedAt = now;
        }
        int columns = ask.rank().columns(old != null && old.column() <= ask.rank().ordinal() + 1);
        boolean leaveQuarter = order && now - queryAskedAt < QUERY_MEMORY_MILLIS;
        Search search = new Search(now + ask.patienceMillis());
        // Timers are a little late: a slot counts from when it was due, as the margin allows for.
        search.at = old != null && now - old.at() <= rules.marginMillis() / 2 ? Math.min(now, old.at()) : now;
        long at;
        do {
            at = search.at;
            search.moved(allowed.applyAsLong(at), Limited.ACCOUNT);
            for (Ask.Group group : groups) {
                search.moved(windows(group.name()).fit(search.at, group.limits()), group.limited());
            }
            if (counts) {
                search.moved(account.fit(search.at, now, columns, leaveQuarter), Limited.ACCOUNT);
            }
        } while (search.at != at);
        if (search.limited != null) {
            return new Booking(at, search.limited.refused());
        }
        int column = counts ? account.column(at, now, ask.rank()) : RollingWindow.FIXED;
        note(ask, at, column);
        return new Booking(at, column);
    }

    /** The way to the first moment, and what first led beyond the asker's patience. */
    private static final class Search {
        final long latest;
        long at;
        Limited limited;

        Search(long latest) {
            this.latest = latest;
        }

        void moved(long to, Limited by) {
            at = to;
            if (to > latest && limited == null) {
                limited = by;
            }
        }
    }

    private void note(Ask ask, long at, int column) {
        for (Ask.Group group : ask.groups()) {
            windows(group.name()).add(at, group.limits(), 1);
        }
        if (rules.countsAccount()) {
            account.add(at, column);
        }
    }

    void giveBack(Slot slot) {
        for (Ask.Group group : slot.ask().groups()) {
            windows(group.name()).add(slot.at(), group.limits(), -1);
        }
        account.remove(slot.at(), slot.column());
    }

    void slowDown(long now) {
        // Before the pace changes: with it changes how much is remembered.
        account.prune(now);
        account.slowDown(now);
    }

    /** Of an endpoint or client, by its name in {@link Ask#groups}. */
    FixedWindows windows(String name) {
        return windows.computeIfAbsent(name, n -> new FixedWindows(rules.guardMillis()));
    }

    int pace(long now) {
        return account.pace(now);
    }

    long paceEra() {
        return account.paceEra();
    }
}
