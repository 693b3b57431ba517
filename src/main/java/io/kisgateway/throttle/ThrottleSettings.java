package io.kisgateway.throttle;

import io.kisgateway.call.WaitPolicy;
import io.kisgateway.runtime.Sha256;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an operator may set of the throttle.
 *
 * @param limits        of each endpoint
 * @param kisLimits     of each operation that clients of KIS call by themselves
 * @param ownLimits     of endpoints that have others, by route id
 * @param rules         the account's rate
 * @param maxWait       how long a caller waits who says nothing, 0 to {@code waitCap}
 * @param waitCap       the longest that a caller may ask for, 0 to 5 minutes
 * @param queueMax      how many may wait at one endpoint of this instance, 1 to 100,000
 * @param coalesce      whether identical queries share one call
 * @param instances     how many gateways share the limits, 1 to 1,000
 * @param redisRequired whether to refuse rather than limit alone when Redis is away
 * @param scope         names the KIS account in Redis keys; no secret, no braces
 */
public record ThrottleSettings(RateLimits limits, RateLimits kisLimits, Map<String, RateLimits> ownLimits, LimiterRules rules,
        Duration maxWait,
        Duration waitCap, int queueMax, boolean coalesce, int instances, boolean redisRequired,
        String scope) {

    private static final String LIMITS = "limits like 3 per second, 3/second, 500/hour, several with ;";
    private static final String ONE_LIMIT = "one limit like 15/second, of a minute at most";

    public ThrottleSettings {
        ownLimits = Map.copyOf(ownLimits);
    }

    /** @throws InvalidSetting naming the variable that cannot be used */
    public static ThrottleSettings from(Settings settings) {
        Map<String, RateLimits> own = new TreeMap<>();
        settings.endpointLimits().forEach((variable, text) -> own.put(routeId(variable), limits(variable, text)));
        Duration cap = settings.duration(Setting.RATE_LIMIT_WAIT_CAP);
        Duration maxWait = settings.usualWait();
        if (maxWait.compareTo(cap) > 0) {
            throw InvalidSetting.because("RATE_LIMIT_MAX_WAIT is longer than RATE_LIMIT_WAIT_CAP, " + cap.toSeconds() + " s");
        }
        RateLimits usual = limits(Setting.RATE_LIMIT.name(), settings.text(Setting.RATE_LIMIT));
        RateLimits kis = settings.optional(Setting.RATE_LIMIT_KIS).map(text -> limits(Setting.RATE_LIMIT_KIS.name(), text)).orElse(usual);
        return new ThrottleSettings(usual, kis, own, rules(settings), maxWait,
                cap, settings.integer(Setting.RATE_LIMIT_QUEUE_MAX), settings.isOn(Setting.COALESCE),
                settings.integer(Setting.GATEWAY_INSTANCES), settings.isOn(Setting.REDIS_REQUIRED),
                // KIS counts an app key's calls, whoever makes them (facts 5.1).
                settings.mode() + "-" + Sha256.hex(settings.text(Setting.KIS_APP_KEY), 8));
    }

    WaitPolicy waits() {
        return new WaitPolicy(maxWait, waitCap);
    }

    private static LimiterRules rules(Settings settings) {
        String usual = settings.mode() == TradingMode.MOCK ? "1/second" : "15/second";
        RateLimit account = one(Setting.KIS_ACCOUNT_RATE, settings.optional(Setting.KIS_ACCOUNT_RATE).orElse(usual));
        return new LimiterRules(account, (int) settings.duration(Setting.KIS_RATE_MARGIN_MS).toMillis(),
                LimiterRules.GUARD_MILLIS);
    }

    /** Of one endpoint, or of an operation of KIS: those begin with {@code kis-}. */
    RateLimits limits(String name) {
        return ownLimits.getOrDefault(name, name.startsWith("kis-") ? kisLimits : limits);
    }

    private static RateLimit one(Setting setting, String text) {
        RateLimits limits = limits(setting.name(), text);
        if (limits.all().size() != 1) {
            throw InvalidSetting.of(setting.name(), text, ONE_LIMIT);
        }
        RateLimit limit = limits.all().get(0);
        if (limit.windowMillis() > LimiterRules.LONGEST_MILLIS) {
            throw InvalidSetting.of(setting.name(), text, ONE_LIMIT);
        }
        return limit;
    }

    private static RateLimits limits(String variable, String text) {
        try {
            return RateLimits.parse(text);
        } catch (IllegalArgumentException e) {
            throw InvalidSetting.of(variable, text, LIMITS + " (" + e.getMessage() + ")");
        }
    }

    private static String routeId(String variable) {
        return variable.substring("RATE_LIMIT_".length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
