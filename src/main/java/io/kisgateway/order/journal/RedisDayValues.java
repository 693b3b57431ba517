package io.kisgateway.order.journal;

import io.kisgateway.redis.RedisConnection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One hash a day, gone two days later. */
final class RedisDayValues {

    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final String TAKE = """
            local sum = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0') + tonumber(ARGV[2])
            if sum > tonumber(ARGV[3]) then return {0} end
            redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
            redis.call('EXPIRE', KEYS[1], 172800)
            return {1}
            """;
    /** Not below nothing, which a Redis that has forgotten the day would come to. */
    private static final String GIVE_BACK = """
            if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0') >= tonumber(ARGV[2]) then
              redis.call('HINCRBY', KEYS[1], ARGV[1], '-' .. ARGV[2])
            end
            return {1}
            """;

    private final RedisConnection redis;
    private final Supplier<String> scope;

    RedisDayValues(RedisConnection redis, Supplier<String> scope) {
        this.redis = redis;
        this.scope = scope;
    }

    private List<String> key(LocalDate day) {
        return List.of(redis.key("day-values:" + scope.get() + ":" + day));
    }

    CompletionStage<Boolean> take(String client, LocalDate day, long value, long most) {
        return redis.bounded(redis.run(TAKE, key(day), List.of(client, Long.toString(value), Long.toString(most))), PATIENCE)
                .thenApply(answer -> answer.get(0) == 1);
    }

    CompletionStage<Void> giveBack(String client, LocalDate day, long value) {
        return redis.bounded(redis.run(GIVE_BACK, key(day), List.of(client, Long.toString(value))), PATIENCE).thenAccept(done -> {});
    }
}
