package io.kisgateway.runtime;

import io.kisgateway.redis.RedisAddress;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What all modules share.
 *
 * @param spareWorkers threads that run routes and may be held by calls that are at KIS
 * @param redis       where instances meet, if they do
 * @param redisPrefix what every key there begins with
 * @param dataFolder  where what outlives the process is when there is no Redis
 * @param simulated   whether KIS is the embedded simulator
 */
public record RuntimeSettings(int spareWorkers, Optional<RedisAddress> redis, String redisPrefix, Path dataFolder,
        boolean simulated) {

    /** @throws InvalidSetting if Redis's address or authority cannot be used */
    public static RuntimeSettings from(Settings settings) {
        return new RuntimeSettings(settings.integer(Setting.KIS_CONNECTIONS) / 2, redis(settings), settings.text(Setting.REDIS_PREFIX),
                Path.of(settings.text(Setting.DATA_DIR)), settings.mode() == TradingMode.SIM);
    }

    private static Optional<RedisAddress> redis(Settings settings) {
        String url = settings.text(Setting.REDIS_URL);
        if (url.equals("memory://")) {
            return Optional.empty();
        }
        RedisAddress address;
        try {
            address = RedisAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw InvalidSetting.because(Setting.REDIS_URL + " cannot be used: " + e.getMessage());
        }
        try {
            return Optional.of(settings.optional(Setting.REDIS_CA_FILE).map(file -> address.trusting(Path.of(file))).orElse(address));
        } catch (IllegalArgumentException e) {
            throw InvalidSetting.because(Setting.REDIS_CA_FILE + " " + e.getMessage());
        }
    }
}
