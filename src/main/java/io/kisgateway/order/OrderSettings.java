package io.kisgateway.order;

import io.kisgateway.call.WaitPolicy;
import io.kisgateway.runtime.Once;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * How orders are handled.
 *
 * @param scope       names account and mode without giving the account away; worked out when first asked for, which takes part of a second
 * @param virtual     whether KIS's virtual trading is asked
 * @param dataFolder  where the journal is when there is no Redis
 * @param keyRequired whether every order needs an Idempotency-Key
 * @param patience    of callers that wait for another request's outcome
 * @param halted      whether trading is halted from the start
 * @param maxQuantity of one order
 * @param maxValue    of one order, won
 * @param callTimeout how long a call to KIS can last at most, repeats included
 * @param grace       see {@link LookupPace}
 * @param unresolved  see {@link LookupPace}
 */
public record OrderSettings(Supplier<String> scope, boolean virtual, Path dataFolder, boolean keyRequired, WaitPolicy patience,
        boolean halted,
        long maxQuantity, long maxValue, Duration callTimeout, Duration grace, Duration unresolved) {

    /** Slow enough that ten digits cannot be guessed from the hash in passing. */
    private static final int ROUNDS = 20_000;
    private static final int BITS = 64;

    public static OrderSettings from(Settings settings) {
        String mode = settings.mode().scope();
        String account = settings.text(Setting.KIS_ACCOUNT_NO);
        return new OrderSettings(new Once<>(() -> mode + "-" + hash(account)), settings.mode() == TradingMode.MOCK,
                Path.of(settings.text(Setting.DATA_DIR)), settings.isOn(Setting.IDEMPOTENCY_REQUIRED),
                new WaitPolicy(settings.usualWait(), settings.duration(Setting.RATE_LIMIT_WAIT_CAP)),
                settings.isOn(Setting.TRADING_HALTED), settings.longIntegerOr(Setting.MAX_ORDER_QUANTITY, Long.MAX_VALUE),
                settings.longIntegerOr(Setting.MAX_ORDER_VALUE, Long.MAX_VALUE), settings.duration(Setting.KIS_CALL_TIMEOUT_MS),
                settings.duration(Setting.ORDER_LISTING_GRACE), settings.duration(Setting.ORDER_UNRESOLVED_AFTER));
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
