package io.kisgateway.order.journal;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where an order stands. docs/orders.md draws it. */
public enum OrderState {
    /** Its key is claimed; nothing is sent. */
    RECEIVED,
    /** Written down; from now on KIS may have it. */
    SENDING,
    /** KIS has it, under its order number. */
    PLACED,
    /** KIS said no. */
    REJECTED,
    /** KIS certainly does not have it. */
    NOT_PLACED,
    /** KIS may have it; it is being looked up. */
    UNKNOWN,
    /** KIS may have it, and could not be asked, or its answer does not tell; it is looked up now and then. */
    UNRESOLVED;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static OrderState ofWire(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** Whether there is nothing left to find out. */
    public boolean settled() {
        return this == PLACED || this == REJECTED || this == NOT_PLACED;
    }

    /** Whether it has been handed to KIS, whatever came of it. */
    public boolean sent() {
        return this != RECEIVED && this != SENDING;
    }

    /** Whether KIS may have it without anybody knowing. */
    public boolean inDoubt() {
        return this == UNKNOWN || this == UNRESOLVED;
    }

    public boolean mayBecome(OrderState next) {
        return next(this).contains(next);
    }

    private static Set<OrderState> next(OrderState state) {
        return switch (state) {
            case RECEIVED -> EnumSet.of(SENDING);
            // A cancellation that KIS refused may go again, for what its order has become.
            case SENDING -> EnumSet.of(SENDING, PLACED, REJECTED, NOT_PLACED, UNKNOWN, UNRESOLVED);
            case UNKNOWN, UNRESOLVED -> EnumSet.of(PLACED, REJECTED, NOT_PLACED, UNRESOLVED);
            // KIS's own word, should it come after all, is stronger than what a lookup found.
            case NOT_PLACED -> EnumSet.of(PLACED, REJECTED);
            // The same; and the number that a lookup found may turn out to be another order's.
            case PLACED -> EnumSet.of(PLACED, REJECTED, NOT_PLACED, UNKNOWN);
            case REJECTED -> EnumSet.noneOf(OrderState.class);
        };
    }
}
