package io.kisgateway.settings;

import java.util.Locale;

/** Which KIS stands behind the gateway. */
public enum TradingMode {
    /** The embedded simulator. */
    SIM,
    /** KIS virtual trading, 모의투자: play money, fewer operations, other TR ids. */
    MOCK,
    /** KIS itself, 실전투자: real money. */
    REAL;

    /** As names of what is kept begin: what one KIS says is not kept for another. */
    public String scope() {
        return name().toLowerCase(Locale.ROOT);
    }
}
