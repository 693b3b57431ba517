package io.kisgateway;

import io.kisgateway.order.OrderModule;
import io.kisgateway.order.OrderSettings;
import io.kisgateway.order.Patience;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** The orders' part, as the settings want it. */
final class OrderSafety {

    /** Slow enough that ten digits cannot be guessed from the hash in passing. */
    private static final int ROUNDS = 20_000;
    private static final int BITS = 64;

    private OrderSafety() { }

    static OrderModule open(Settings settings, Target target, RedisConnection redis, ScheduledExecutorService timer, Clock clock,
            LongSupplier nanoTime) {
        String scope = settings.mode().name().toLowerCase(Locale.ROOT) + "-" + hash(target.account(settings));
        OrderSettings orders = new OrderSettings(scope, Path.of(settings.text(Setting.DATA_DIR)),
                settings.isOn(Setting.IDEMPOTENCY_REQUIRED),
                new Patience(settings.duration(Setting.RATE_LIMIT_MAX_WAIT), settings.duration(Setting.RATE_LIMIT_WAIT_CAP)),
                settings.isOn(Setting.TRADING_HALTED),
                settings.longIntegerOr(Setting.MAX_ORDER_QUANTITY, Long.MAX_VALUE), settings.longIntegerOr(Setting.MAX_ORDER_VALUE, Long.MAX_VALUE),
                settings.duration(Setting.KIS_CALL_TIMEOUT_MS), settings.duration(Setting.ORDER_LISTING_GRACE),
                settings.duration(Setting.ORDER_UNRESOLVED_AFTER));
        try {
            return OrderModule.open(orders, redis, timer, clock, nanoTime);
        } catch (IllegalStateException e) {
            throw InvalidSetting.because("DATA_DIR cannot be used: " + e.getMessage()
                    + "; give each gateway a folder of its own, or REDIS_URL to share one account");
        }
    }

    private static String hash(String account) {
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(new PBEKeySpec(account.toCharArray(),
                    "kis-gateway orders".getBytes(StandardCharsets.UTF_8), ROUNDS, BITS)).getEncoded();
            return HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
