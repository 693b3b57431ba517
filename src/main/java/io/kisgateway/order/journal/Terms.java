package io.kisgateway.order.journal;

import java.util.Locale;
import java.util.Objects;

/**
 * What is ordered.
 *
 * @param stockCode       null only for a cancellation whose order is not known yet
 * @param quantity        of a cancellation 0 for all that is left
 * @param price           0 at the market
 * @param originalOrderNo of a cancellation the order to cancel, else null
 */
public record Terms(Action action, String stockCode, long quantity, long price, String originalOrderNo) {

    /** What the order does. */
    public enum Action {
        BUY, SELL, CANCEL;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Action ofWire(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    public Terms {
        Objects.requireNonNull(action);
    }

    public boolean cancels() {
        return action == Action.CANCEL;
    }

    public boolean market() {
        return price == 0;
    }
}
