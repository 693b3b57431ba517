package io.kisgateway;

import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import io.kisgateway.throttle.LimiterRules;
import io.kisgateway.throttle.RateLimit;
import io.kisgateway.throttle.RateLimits;
import io.kisgateway.throttle.ThrottleSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads what the settings say of limits and Redis, with an error that names the variable. */
final class Limits {

    private static final String LIMITS = "limits like 3 per second, 3/second, 500/hour, several with ;";
    private static final String ONE_LIMIT = "one limit like 15/second";

    private final Settings settings;

    Limits(Settings settings) {
        this.settings = settings;
    }

    /** The shared Redis, if there is one. */
    Optional<RedisConnection> redis() {
        String url = settings.text(Setting.REDIS_URL);
        if (url.equals("memory://")) {
            return Optional.empty();
        }
        return Optional.of(RedisConnection.open(address(url), settings.text(Setting.REDIS_PREFIX)));
    }

    private RedisAddress address(String url) {
        RedisAddress address;
        try {
            address = RedisAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw InvalidSetting.because(Setting.REDIS_URL + " cannot be used: " + e.getMessage());
        }
        try {
            return settings.optional(Setting.REDIS_CA_FILE).map(file -> address.trusting(Path.of(file))).orElse(address);
        } catch (IllegalArgumentException e) {
            throw InvalidSetting.because(Setting.REDIS_CA_FILE + " " + e.getMessage());
        }
    }

    /** @param appKey counts for all who use it (facts 5.1), so limits are shared by its hash */
    ThrottleSettings throttle(String appKey) {
        Map<String, RateLimits> own = new TreeMap<>();
        settings.endpointLimits().forEach((variable, text) -> own.put(routeId(variable), limits(variable, text)));
        Duration cap = settings.duration(Setting.RATE_LIMIT_WAIT_CAP);
        Duration maxWait = settings.duration(Setting.RATE_LIMIT_MAX_WAIT);
        if (maxWait.compareTo(cap) > 0) {
            throw InvalidSetting.because("RATE_LIMIT_MAX_WAIT is longer than RATE_LIMIT_WAIT_CAP, " + cap.toSeconds() + " s");
        }
        return new ThrottleSettings(limits(Setting.RATE_LIMIT.name(), settings.text(Setting.RATE_LIMIT)), own, rules(), maxWait, cap,
                settings.integer(Setting.RATE_LIMIT_QUEUE_MAX), settings.isOn(Setting.COALESCE),
                settings.integer(Setting.GATEWAY_INSTANCES), settings.isOn(Setting.REDIS_REQUIRED), scope(appKey));
    }

    /** @throws InvalidSetting if a limit is set for an endpoint that there is not */
    void requireEndpoints(Set<String> throttledRoutes) {
        settings.endpointLimits().forEach((variable, text) -> {
            if (throttledRoutes.stream().noneMatch(id -> Settings.endpointLimitVariable(id).equals(variable))) {
                Set<String> known = new java.util.TreeSet<>();
                throttledRoutes.forEach(id -> known.add(Settings.endpointLimitVariable(id)));
                throw InvalidSetting.because(variable + " names no endpoint; there are: " + String.join(", ", known));
            }
        });
    }

    private LimiterRules rules() {
        String usual = settings.mode() == TradingMode.MOCK ? "1/second" : "15/second";
        RateLimit account = one(Setting.KIS_ACCOUNT_RATE, settings.optional(Setting.KIS_ACCOUNT_RATE).orElse(usual));
        RateLimit ledger = settings.optional(Setting.KIS_LEDGER_RATE).map(text -> one(Setting.KIS_LEDGER_RATE, text)).orElse(account);
        return new LimiterRules(account, ledger, (int) settings.duration(Setting.KIS_RATE_MARGIN_MS).toMillis(),
                LimiterRules.GUARD_MILLIS);
    }

    private static RateLimit one(Setting setting, String text) {
        RateLimits limits = limits(setting.name(), text);
        if (limits.all().size() != 1) {
            throw InvalidSetting.of(setting.name(), text, ONE_LIMIT);
        }
        return limits.all().get(0);
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

    private String scope(String appKey) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(appKey.getBytes(StandardCharsets.UTF_8));
            return settings.mode() + "-" + HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
