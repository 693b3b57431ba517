package io.kisgateway.order;

import java.time.Instant;

/**
 * An order of which nobody knows yet whether KIS took it, for operators.
 *
 * @param id     its key, or the journal's own name for it
 * @param since  when it was first written down
 * @param action {@code buy}, {@code sell} or {@code cancel}
 * @param why    one clause
 */
public record InDoubt(String id, Instant since, String action, String stockCode, String why) {}
