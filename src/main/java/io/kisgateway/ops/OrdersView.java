package io.kisgateway.ops;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What operators see of orders and of whether trading is allowed; reads memory only. */
public interface OrdersView {

    /**
     * An order of which nobody knows yet whether KIS took it.
     *
     * @param id   to look it up by
     * @param side {@code buy} or {@code sell}, as far as known
     * @param why  one clause
     */
    record Unresolved(String id, Instant since, String side, String stockCode, String why) { }

    /** Orders by the state they are in. */
    Map<String, Long> byState();

    /** Oldest first, at most a hundred. */
    List<Unresolved> unresolved();

    /** How many there are in all. */
    long unresolvedCount();

    /** Whether new orders are refused; empty if trading cannot be halted here. */
    Optional<Boolean> halted();

    /** Told of each call that finishes, for a view that has nothing better to go by. */
    default void finished(FinishedCall call, Instant at) { }
}
