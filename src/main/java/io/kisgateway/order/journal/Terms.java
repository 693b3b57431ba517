package io.kisgateway.order.journal;

import java.util.Locale;
import java.util.Objects;

/**
 * What is ordered.
 *
 * @param stockCode       null while it is not known, or if the order has none
 * @param quantity        of a cancellation or a change 0 for all that is left
 * @param price           won; 0 where the kind has none
 * @param originalOrderNo of a cancellation or a change the order that it is for, else null
 * @param exchange        {@code KRX}, {@code NXT} or {@code SOR}
 * @param type            null of what is no order of the day with a kind of its own
 * @param listed          whether KIS lists it among the orders of the day, so that it can be looked up
 */
public record Terms(Action action, String stockCode, long quantity, long price, String originalOrderNo, String exchange, OrderType type,
        boolean listed) {

    private static final String USUAL = OrderType.Exchange.KRX.name();

    public enum Action {
        BUY, SELL, CANCEL,
        /** Gives an order another price. */
        MODIFY,
        /** What KIS's operation says, whatever that is. */
        OTHER;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Action ofWire(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    public Terms {
        Objects.requireNonNull(action);
        exchange = exchange == null ? USUAL : exchange;
    }

    /** An order at the market or with a limit, at the usual exchange; or what is to be done with one. */
    public Terms(Action action, String stockCode, long quantity, long price, String originalOrderNo) {
        this(action, stockCode, quantity, price, originalOrderNo, USUAL,
                action == Action.BUY || action == Action.SELL ? OrderType.byPrice(price) : null, true);
    }

    public boolean cancels() {
        return action == Action.CANCEL;
    }

    /** Whether it is for an order that is at KIS already. */
    public boolean changes() {
        return cancels() || action == Action.MODIFY;
    }

    /** The same, for an order that is known by now. */
    public Terms of(String code, String orderNo, String where) {
        return new Terms(action, code, quantity, price, orderNo, where, type, listed);
    }

    /** The same, as an operation has it that KIS lists or does not. */
    public Terms listed(boolean byKis) {
        return new Terms(action, stockCode, quantity, price, originalOrderNo, exchange, type, byKis);
    }
}
