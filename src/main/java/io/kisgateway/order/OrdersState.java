package io.kisgateway.order;

import io.kisgateway.order.journal.JournalState;
import java.util.List;

/**
 * How orders are, for operators; as of a moment ago.
 *
 * @param inDoubt orders of which nobody knows yet whether KIS took them, oldest first
 * @param halted  whether an operator refuses new ones
 * @param journal whether they can be written down
 * @param alarms  what should never be seen of them, one of each kind, and how often it was
 */
public record OrdersState(List<InDoubt> inDoubt, boolean halted, JournalState journal, List<OrderAlarms.Alarm> alarms) { }
