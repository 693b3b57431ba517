package io.kisgateway.settings;

/** Which KIS stands behind the gateway. */
public enum TradingMode {
    /** The embedded simulator. */
    SIM,
    /** KIS virtual trading, 모의투자: play money, fewer operations, other TR ids. */
    MOCK,
    /** KIS itself, 실전투자: real money. */
    REAL
}
