package io.kisgateway.order.journal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kinds of order that order-cash takes without further conditions, and where (facts 3.9, ORD_DVSN). */
public enum OrderType {
    LIMIT("00", true, true, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    MARKET("01", false, true, Exchange.KRX, Exchange.SOR),
    /** A limit order that becomes a market order at the close. */
    CONDITIONAL_LIMIT("02", true, true, Exchange.KRX),
    /** At the other side's best price. */
    BEST("03", false, true, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    /** At its own side's best price. */
    TOP_PRIORITY("04", false, true, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    PRE_MARKET("05", false, false, Exchange.KRX),
    POST_MARKET("06", false, false, Exchange.KRX),
    AFTER_HOURS("07", true, false, Exchange.KRX),
    LIMIT_IOC("11", true, false, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    LIMIT_FOK("12", true, false, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    MARKET_IOC("13", false, false, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    MARKET_FOK("14", false, false, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    BEST_IOC("15", false, false, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    BEST_FOK("16", false, false, Exchange.KRX, Exchange.NXT, Exchange.SOR),
    MID("21", false, false, Exchange.KRX, Exchange.NXT),
    MID_IOC("23", false, false, Exchange.KRX, Exchange.NXT),
    MID_FOK("24", false, false, Exchange.KRX, Exchange.NXT);

    public enum Exchange { KRX, NXT, SOR }

    private final String code;
    private final boolean priced;
    private final boolean virtual;
    private final Set<Exchange> exchanges;

    OrderType(String code, boolean priced, boolean virtual, Exchange... exchanges) {
        this.code = code;
        this.priced = priced;
        this.virtual = virtual;
        this.exchanges = EnumSet.copyOf(Arrays.asList(exchanges));
    }

    public String code() {
        return code;
    }

    /** Whether it has a price of its own; else its price is 0. */
    public boolean priced() {
        return priced;
    }

    public boolean virtual() {
        return virtual;
    }

    public boolean goesTo(Exchange exchange) {
        return exchanges.contains(exchange);
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it is none */
    public static OrderType ofWire(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** What an order is that says nothing but its price. */
    public static OrderType byPrice(long price) {
        return price == 0 ? MARKET : LIMIT;
    }

    /** The kind with a code of KIS; empty if it is none of these. */
    public static Optional<OrderType> ofCode(String code) {
        return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
    }
}
