package io.kisgateway.simulator;

/**
 * What one appkey may do in any second (facts 5.1), and apart from it what the account ledger bears (EGW00215).
 * Zero means no limit.
 */
public record RateLimits(int perSecond, int ledgerPerSecond) {

    public static final RateLimits OFF = new RateLimits(0, 0);
    public static final RateLimits REAL = new RateLimits(20, 0);
    public static final RateLimits VIRTUAL = new RateLimits(2, 0);
    public static final RateLimits NEW_CUSTOMER = new RateLimits(3, 0);

    public RateLimits {
        if (perSecond < 0 || perSecond > 100_000 || ledgerPerSecond < 0 || ledgerPerSecond > 100_000) {
            throw new IllegalArgumentException("a rate is 0 (off) to 100000 a second");
        }
    }
}
