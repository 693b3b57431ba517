package io.kisgateway.kis;

import io.kisgateway.redis.RedisConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.redisson.api.RBucket;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the token in Redis for all instances; it goes from there when it ends. */
final class RedisTokenStore implements TokenStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisTokenStore.class);
    private static final Duration PATIENCE = Duration.ofMillis(300);
    /** Instances that start together must find each other, and a client that starts takes a while to connect. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(3);
    private static final int THREADS = 2;

    private final RedisConnection redis;
    private final String key;
    private final TokenCipher cipher;
    private final Clock clock;
    private volatile Duration patience = FIRST_PATIENCE;
    /** A Redis that hangs while connecting holds one of these, and never the caller. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, THREADS, 10, TimeUnit.SECONDS,
            new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "kis-token-redis");
                thread.setDaemon(true);
                return thread;
            });

    RedisTokenStore(RedisConnection redis, String name, TokenCipher cipher, Clock clock) {
        this.redis = redis;
        this.key = redis.key(name);
        this.cipher = cipher;
        this.clock = clock;
    }

    @Override
    public Optional<Token> read() throws Unavailable {
        String sealed = within(() -> bucket(key).get());
        if (sealed == null) {
            return Optional.empty();
        }
        Optional<Token> token = cipher.open(sealed);
        if (token.isEmpty()) {
            LOG.warn("The token in Redis cannot be opened (damaged, or kept with another app secret); it is ignored");
        }
        return token;
    }

    @Override
    public void write(Token token) throws Unavailable {
        Duration left = Duration.between(clock.instant(), token.expiresAt());
        if (left.toMillis() > 0) {
            within(() -> {
                bucket(key).set(cipher.seal(token), left);
                return null;
            });
        }
    }

    @Override
    public Duration claim(Duration during) throws Unavailable {
        return within(() -> {
            RBucket<String> asked = bucket(key + ":asked");
            if (asked.setIfAbsent("1", during)) {
                return Duration.ZERO;
            }
            long left = asked.remainTimeToLive();
            return Duration.ofMillis(Math.max(left, 1));
        });
    }

    @Override
    public void unclaim() throws Unavailable {
        within(() -> bucket(key + ":asked").delete());
    }

    private RBucket<String> bucket(String name) {
        return redis.client().getBucket(name, StringCodec.INSTANCE);
    }

    private <T> T within(Callable<T> command) throws Unavailable {
        Future<T> result = null;
        try {
            result = threads.submit(command);
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(e);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            if (result != null) {
                result.cancel(true);
            }
            throw new Unavailable(e);
        } finally {
            patience = PATIENCE;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
