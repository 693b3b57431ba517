package io.kisgateway.throttle;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What an operator may set of the throttle.
 *
 * @param limits        of each endpoint
 * @param ownLimits     of endpoints that have others, by route id
 * @param rules         the account's and the ledger's rate
 * @param maxWait       how long a caller waits who says nothing, 0 to {@code waitCap}
 * @param waitCap       the longest that a caller may ask for, 0 to 5 minutes
 * @param queueMax      how many may wait at one endpoint of this instance, 1 to 100,000
 * @param coalesce      whether identical queries share one call
 * @param instances     how many gateways share the limits, 1 to 1,000
 * @param redisRequired whether to refuse rather than limit alone when Redis is away
 * @param scope         names the KIS account in Redis keys; no secret, no braces
 */
public record ThrottleSettings(RateLimits limits, Map<String, RateLimits> ownLimits, LimiterRules rules, Duration maxWait,
                               Duration waitCap, int queueMax, boolean coalesce, int instances, boolean redisRequired,
                               String scope) {

    public ThrottleSettings {
        Objects.requireNonNull(limits);
        Objects.requireNonNull(rules);
        ownLimits = Map.copyOf(ownLimits);
        check(waitCap.compareTo(Duration.ofMinutes(5)) <= 0 && !waitCap.isNegative(), "the wait's cap is 0 to 5 minutes");
        check(!maxWait.isNegative() && maxWait.compareTo(waitCap) <= 0, "the longest wait is 0 to its cap");
        check(queueMax >= 1 && queueMax <= 100_000, "a queue holds 1 to 100000");
        check(instances >= 1 && instances <= 1000, "1 to 1000 instances");
        check(scope.matches("[A-Za-z0-9._-]{1,64}"), "the scope is 1 to 64 letters, digits, dots, dashes");
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
