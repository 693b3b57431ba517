package io.kisgateway.throttle;

import java.util.function.IntSupplier;

/**
 * Of one endpoint's queue: how long the pages of other endpoints' requests have kept it from going. Together the queues
 * have every sixth moment of those, so that long requests shut nobody out; within an endpoint these end first. Safe for
 * several threads.
 */
final class QueryTurns {

    private static final int PAGES = 5;

    private final long pagesMillis;
    private final IntSupplier waiting;
    private long lostMillis;
    private long lostUntil;
    private long pagedAt;

    /**
     * @param momentMillis from one call of the account's to the next
     * @param waiting      how many endpoints' queues wait now
     */
    QueryTurns(long momentMillis, IntSupplier waiting) {
        this.pagesMillis = PAGES * momentMillis;
        this.waiting = waiting;
    }

    /** A page of one of its own requests goes. */
    synchronized void paged(Slot slot) {
        pagedAt = slot.at();
    }

    /** @param due what had gone to another when it was due, of several in one moment only one counts; or null */
    synchronized void lost(Slot due, Slot next) {
        if (due != null && due.yields()) {
            lostMillis += Math.max(0, next.at() - Math.max(due.at(), lostUntil));
            lostUntil = Math.max(lostUntil, next.at());
        }
    }

    /** @param held the slot that was due, or null */
    synchronized void went(Slot held) {
        if (held == null || held.column() != Rank.CONTINUED.column()) {
            lostMillis = 0;
        }
    }

    /** The question of one whose slot is due: like that of a page where it is the queue's turn. */
    Ask turn(Ask ask) {
        int queues = waiting.getAsInt();
        synchronized (this) {
            boolean ownPages = ask.instead().at() - pagedAt < pagesMillis;
            if (ask.endpoint() == null || ownPages || lostMillis < pagesMillis * Math.max(1, queues)) {
                return ask;
            }
            lostMillis = 0;
        }
        return ask.with(ask.rank().begun(), ask.patienceMillis());
    }
}
