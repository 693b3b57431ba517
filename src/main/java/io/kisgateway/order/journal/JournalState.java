package io.kisgateway.order.journal;

import java.time.Instant;

/**
 * How the journal is, for operators.
 *
 * @param writable   whether orders can be written down; if not, every order is refused
 * @param since      since when they cannot; null if they can
 * @param why        one clause; null if they can
 * @param unreadable how many entries were met that cannot be read; each of them still holds its key
 */
public record JournalState(boolean writable, Instant since, String why, int unreadable) {}
