package io.kisgateway.simulator;

import java.util.Optional;

/** ORD_DVSN (facts 3.9). The kinds with rules of their own, mid price and stop limit, are not played. */
enum OrderType {
    LIMIT("00", "지정가", true, Rest.STAYS, true),
    MARKET("01", "시장가", false, Rest.STAYS, true),
    CONDITIONAL_LIMIT("02", "조건부지정가", true, Rest.STAYS, true),
    BEST("03", "최유리지정가", false, Rest.STAYS, true),
    TOP_PRIORITY("04", "최우선지정가", false, Rest.STAYS, true),
    BEFORE_HOURS("05", "장전시간외", false, Rest.OFF_HOURS, false),
    AFTER_HOURS("06", "장후시간외", false, Rest.OFF_HOURS, false),
    AFTER_HOURS_SINGLE("07", "시간외단일가", true, Rest.OFF_HOURS, false),
    LIMIT_IOC("11", "IOC지정가", true, Rest.IS_CANCELLED, false),
    LIMIT_FOK("12", "FOK지정가", true, Rest.IS_CANCELLED, false),
    MARKET_IOC("13", "IOC시장가", false, Rest.IS_CANCELLED, false),
    MARKET_FOK("14", "FOK시장가", false, Rest.IS_CANCELLED, false),
    BEST_IOC("15", "IOC최유리", false, Rest.IS_CANCELLED, false),
    BEST_FOK("16", "FOK최유리", false, Rest.IS_CANCELLED, false);

    /** What becomes of a part that finds no counterpart at once. */
    enum Rest { STAYS, IS_CANCELLED, OFF_HOURS }

    private final String code;
    private final String title;
    private final boolean priced;
    private final Rest rest;
    private final boolean virtual;

    OrderType(String code, String title, boolean priced, Rest rest, boolean virtual) {
        this.code = code;
        this.title = title;
        this.priced = priced;
        this.rest = rest;
        this.virtual = virtual;
    }

    static Optional<OrderType> of(String code, Mode mode) {
        for (OrderType type : values()) {
            if (type.code.equals(code) && (type.virtual || mode == Mode.REAL)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    String code() {
        return code;
    }

    String title() {
        return title;
    }

    boolean priced() {
        return priced;
    }

    Rest rest() {
        return rest;
    }
}
