package io.kisgateway.simulator;

/**
 * Why the exchange side says no: the real host's code and the virtual one's (facts 4.4, 4.5). The facts give no code
 * for a price beyond the day's limits, so it shares the tick error's; none for the virtual host's halt.
 */
enum Refusal {
    NOT_ENOUGH_CASH("APBK0952", "40250000"),
    NOT_ENOUGH_SHARES("APBK0400", "40240000"),
    PRICE_OFF_GRID("APBK0506", "40030000"),
    PRICE_OFF_LIMITS("APBK0506", "40030000"),
    UNKNOWN_ISSUE("APBK0656", "40070000"),
    HALTED("APBK0066", "40070000"),
    BEFORE_OPEN("APBK0918", "40570000"),
    AFTER_CLOSE("APBK0918", "40580000"),
    NOT_A_TRADING_DAY("APBK0919", "40100000"),
    NO_SUCH_ORDER("APBK0344", "40330000"),
    NOTHING_LEFT("APBK0927", "40330000"),
    /** KIS names both exchanges in msg1; nobody has published the code. */
    OTHER_EXCHANGE("APBK3021", "40330000");

    private final String real;
    private final String virtual;

    Refusal(String real, String virtual) {
        this.real = real;
        this.virtual = virtual;
    }

    String code(Mode mode) {
        return mode == Mode.REAL ? real : virtual;
    }
}
