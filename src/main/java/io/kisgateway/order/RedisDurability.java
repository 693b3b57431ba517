package io.kisgateway.order;

import io.kisgateway.redis.RedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.client.codec.StringCodec;

/** Whether what is written to Redis is still there after it has died. */
final class RedisDurability {

    private static final String SETTINGS = "return redis.call('CONFIG', 'GET', ARGV[1])";

    private RedisDurability() { }

    /** What an operator should change, one sentence each; empty if Redis keeps what it is given. */
    static CompletionStage<List<String>> warnings(RedisConnection redis) {
        return setting(redis, "appendonly").thenCombine(setting(redis, "appendfsync"), Settings::new)
                .thenCombine(setting(redis, "save"), Settings::save)
                .thenCombine(setting(redis, "maxmemory-policy"), Settings::policy)
                .thenApply(Settings::warnings);
    }

    private static CompletionStage<String> setting(RedisConnection redis, String name) {
        return redis.async(client -> client.getScript(StringCodec.INSTANCE)
                .<List<String>>evalAsync(Mode.READ_WRITE, SETTINGS, ReturnType.MULTI, List.of(), name))
                .thenApply(pair -> pair.size() < 2 ? "" : pair.get(1));
    }

    private record Settings(Map<String, String> values) {

        Settings(String appendOnly, String fsync) {
            this(new TreeMap<>(Map.of("appendonly", appendOnly, "appendfsync", fsync)));
        }

        Settings save(String save) {
            values.put("save", save);
            return this;
        }

        Settings policy(String policy) {
            values.put("maxmemory-policy", policy);
            return this;
        }

        List<String> warnings() {
            List<String> warnings = new ArrayList<>();
            if (!values.get("appendonly").equals("yes")) {
                warnings.add(values.get("save").isEmpty()
                        ? "it persists nothing, so that its end is the end of the orders' journal and keys: set appendonly yes and appendfsync always"
                        : "it only takes snapshots, so that its end costs the latest orders' journal and keys: set appendonly yes and appendfsync always");
            } else if (!values.get("appendfsync").equals("always")) {
                warnings.add("it may lose the last second of the orders' journal and keys when its machine fails: set appendfsync always");
            }
            String policy = values.get("maxmemory-policy");
            if (!policy.isEmpty() && !policy.equals("noeviction")) {
                warnings.add("it may drop orders' entries and keys when its memory is full: set maxmemory-policy noeviction");
            }
            return warnings;
        }
    }
}
