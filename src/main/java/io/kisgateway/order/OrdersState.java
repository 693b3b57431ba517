package io.kisgateway.order;

import io.kisgateway.order.journal.JournalState;
import java.time.Instant;
import java.util.List;

/**
 * How orders are, for operators; as of a moment ago.
 *
 * @param inDoubt      orders of which nobody knows yet whether KIS took them, oldest first
 * @param halted       whether an operator refuses new ones
 * @param refusedSince since when they cannot be written down, and each is refused; null if they can
 * @param refusedFor   why they cannot, one clause; null if they can
 * @param unreadable   how many entries of the journal cannot be read; each of them still holds its key
 * @param alarms       what should never be seen of them, one of each kind, and how often it was
 */
public record OrdersState(List<InDoubt> inDoubt, boolean halted, Instant refusedSince, String refusedFor, int unreadable,
        List<OrderAlarms.Alarm> alarms) {

    static OrdersState of(List<InDoubt> inDoubt, boolean halted, JournalState journal, List<OrderAlarms.Alarm> alarms) {
        return new OrdersState(inDoubt, halted, journal.since(), journal.why(), journal.unreadable(), alarms);
    }

    /** Whether orders can be written down. */
    public boolean writable() {
        return refusedSince == null;
    }
}
