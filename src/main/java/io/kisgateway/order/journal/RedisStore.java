package io.kisgateway.order.journal;

import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.Resources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.redisson.api.RBucket;
import org.redisson.api.RFuture;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * Redis, as a journal uses it: every command is answered in time or fails.
 *
 * @param keys the names of what is kept
 */
record RedisStore(RedisConnection redis, RedisKeys keys) {

    /** A frozen Redis must not hold a caller for longer. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    static String script(String name) {
        return Resources.text("/order/journal/" + name + ".lua");
    }

    <T> CompletionStage<T> ask(Function<RedissonClient, ? extends CompletionStage<T>> command) {
        return redis.bounded(redis.async(command), PATIENCE);
    }

    <T> CompletionStage<T> bucket(String name, Function<RBucket<String>, RFuture<T>> command) {
        return ask(client -> command.apply(client.getBucket(name, StringCodec.INSTANCE)));
    }

    CompletionStage<String> text(String script, List<Object> names, Object... args) {
        return ask(client -> client.getScript(StringCodec.INSTANCE)
                .evalAsync(names.get(0).toString(), Mode.READ_WRITE, script, ReturnType.VALUE, names, args));
    }

    CompletionStage<List<String>> texts(String script, List<Object> names, Object... args) {
        return ask(client -> client.getScript(StringCodec.INSTANCE)
                .evalAsync(names.get(0).toString(), Mode.READ_WRITE, script, ReturnType.MULTI, names, args));
    }
}
