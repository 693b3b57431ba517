package io.kisgateway.stream;

import io.kisgateway.redis.Reason;
import io.kisgateway.redis.RedisConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds events of subscribed codes to a Redis Stream, in order. So many are under way at most; more are lost and counted. */
final class RedisStreamTap implements Consumer<StreamEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamTap.class);
    private static final int MOST_UNDER_WAY = 5000;

    private final RedisConnection redis;
    private final String stream;
    private final int most;
    private final Predicate<Channel> wanted;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    /**
     * @param stream its whole name: readers know it, so that nothing is put before it
     * @param most   how many entries it keeps, about
     */
    RedisStreamTap(RedisConnection redis, String stream, int most, Predicate<Channel> wanted) {
        this.redis = redis;
        this.stream = stream;
        this.most = most;
        this.wanted = wanted;
    }

    @Override
    public void accept(StreamEvent event) {
        if (!wanted.test(event.channel())) {
            return;
        }
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            lose(null);
            return;
        }
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("event", event.name());
        if (event.id() != null) {
            entry.put("id", event.id());
        }
        if (event.channel() != null && !event.channel().code().isEmpty()) {
            entry.put("code", event.channel().code());
        }
        entry.put("data", event.data());
        redis.async(client -> client.<String, String>getStream(stream, StringCodec.INSTANCE)
                .addAsync(StreamAddArgs.entries(entry).trimNonStrict().maxLen(most).noLimit())).whenComplete((id, failure) -> {
                    underWay.decrementAndGet();
                    if (failure == null) {
                        added.incrementAndGet();
                    } else {
                        lose(failure);
                    }
                });
    }

    private void lose(Throwable failure) {
        if (lost.getAndIncrement() % 1000 == 0) {
            LOG.warn("Events for the Redis Stream {} are lost ({}): {} so far", stream,
                    failure == null ? MOST_UNDER_WAY + " are under way" : Reason.of(failure), lost.get());
        }
    }

    long added() {
        return added.get();
    }

    long lost() {
        return lost.get();
    }
}
