package io.kisgateway.realtime;

import io.kisgateway.redis.Reason;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.Resources;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease and one channel in Redis. */
final class RedisInstances implements Instances {

    private static final Logger LOG = LoggerFactory.getLogger(RedisInstances.class);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final RedisConnection redis;
    private final ScheduledExecutorService timers;
    private final String self;
    private final String leaseKey;
    private final String channel;
    private final String lease = Resources.text("/realtime/lease.lua");
    private final String say = Resources.text("/realtime/say.lua");
    private volatile boolean closed;
    private volatile RedissonClient listening;

    /** @param scope what one KIS and one app key share */
    RedisInstances(RedisConnection redis, String scope, String self, ScheduledExecutorService timers) {
        this.timers = timers;
        this.redis = redis;
        this.self = self;
        this.leaseKey = redis.key("realtime:" + scope + ":lease");
        this.channel = redis.key("realtime:" + scope);
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public void listen(Consumer<String> heard) {
        CompletionStage<Integer> listens = redis.async(client -> {
            listening = client;
            return client.getTopic(channel, StringCodec.INSTANCE).addListenerAsync(String.class, (name, message) -> heard.accept(message));
        });
        listens.whenComplete((id, failure) -> {
            if (failure != null && !closed) {
                LOG.debug("Other instances are not heard yet: {}", Reason.of(failure));
                var unused = timers.schedule(() -> listen(heard), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public CompletionStage<OptionalLong> lease() {
        return run(lease, List.of(self, Long.toString(SharedSession.LEASE.toMillis())))
                .thenApply(reply -> reply.get(0) > 0 ? OptionalLong.of(reply.get(0)) : OptionalLong.empty());
    }

    @Override
    public void release() {
        var unused = run(lease, List.of(self, "0"));
    }

    @Override
    public CompletionStage<Boolean> sayAsHolder(long epoch, String message) {
        return run(say, List.of(channel, message, self + ":" + epoch)).thenApply(reply -> reply.get(0) > 0);
    }

    @Override
    public void say(String message) {
        var unused = run(say, List.of(channel, message, ""));
    }

    private CompletionStage<List<Long>> run(String script, List<String> args) {
        return redis.run(script, List.of(leaseKey), args).toCompletableFuture().copy().orTimeout(PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed = true;
        if (listening != null) {
            var unused = listening.getTopic(channel, StringCodec.INSTANCE).removeAllListenersAsync();
        }
    }
}
