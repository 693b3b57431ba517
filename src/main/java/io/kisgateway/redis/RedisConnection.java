package io.kisgateway.redis;

import java.time.Duration;
import java.util.Objects;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** The one Redis client of the gateway; connects when first used, so that a missing Redis does not hold up the start. */
public final class RedisConnection implements AutoCloseable {

    private final RedissonClient client;
    private final String prefix;

    private RedisConnection(RedissonClient client, String prefix) {
        this.client = client;
        this.prefix = prefix;
    }

    /**
     * @param url     {@code redis://[user:password@]host[:port][/db]} or {@code rediss://…}
     * @param prefix  what every key begins with
     * @param timeout how long one command may take
     */
    public static RedisConnection open(String url, String prefix, Duration timeout) {
        Config config = new Config();
        config.setLazyInitialization(true);
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer()
                .setAddress(Objects.requireNonNull(url))
                .setTimeout((int) timeout.toMillis())
                .setRetryAttempts(0)
                .setConnectionMinimumIdleSize(1);
        return new RedisConnection(Redisson.create(config), prefix);
    }

    public RedissonClient client() {
        return client;
    }

    /** The full name of a key. */
    public String key(String name) {
        return prefix + name;
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
