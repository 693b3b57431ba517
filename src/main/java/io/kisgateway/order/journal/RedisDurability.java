package io.kisgateway.order.journal;

import io.kisgateway.redis.RedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNodeAsync;
import org.redisson.api.redisnode.RedisNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether what is written to Redis is still there after it has died. */
final class RedisDurability {

    private static final int PATIENCE_SECONDS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(RedisDurability.class);

    private RedisDurability() {}

    static void warn(RedisConnection redis, Executor waiting) {
        warnings(redis, waiting).whenComplete((warnings, failure) -> {
            if (failure != null) {
                LOG.warn("Whether {} keeps what it is given is not known, as it does not tell; see docs/orders.md for what it needs",
                        redis);
            } else {
                warnings.forEach(warning -> LOG.warn("Orders are not safe in {}: {}", redis, warning));
            }
        });
    }

    /** What an operator should change, one clause each; empty if Redis keeps what it is given. Fails if it does not tell. */
    static CompletionStage<List<String>> warnings(RedisConnection redis, Executor waiting) {
        return CompletableFuture.supplyAsync(() -> master(redis.client()), waiting)
                .thenCompose(node -> node.getConfigAsync("appendonly")
                        .thenCombine(node.getConfigAsync("appendfsync"), RedisDurability::both)
                        .thenCombine(node.getConfigAsync("save"), RedisDurability::both)
                        .thenCombine(node.getConfigAsync("maxmemory-policy"), RedisDurability::both)
                        .thenCombine(node.getConfigAsync("min-replicas-to-write"), RedisDurability::both))
                .thenApply(settings -> judge(settings, failsOver(redis.client())))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** One node that takes writes; the others of a Cluster are taken to be set alike. */
    private static RedisNodeAsync master(RedissonClient client) {
        if (client.getConfig().isClusterConfig()) {
            return client.getRedisNodes(RedisNodes.CLUSTER).getMasters().iterator().next();
        }
        if (client.getConfig().isSentinelConfig()) {
            return client.getRedisNodes(RedisNodes.SENTINEL_MASTER_SLAVE).getMaster();
        }
        return client.getRedisNodes(RedisNodes.SINGLE).getInstance();
    }

    /** Whether a replica may take the master's place without anybody asking. */
    private static boolean failsOver(RedissonClient client) {
        return client.getConfig().isClusterConfig() || client.getConfig().isSentinelConfig();
    }

    private static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
        Map<String, String> all = new TreeMap<>(one);
        all.putAll(other);
        return all;
    }

    static List<String> judge(Map<String, String> settings, boolean failsOver) {
        List<String> warnings = new ArrayList<>();
        if (!"yes".equals(settings.get("appendonly"))) {
            warnings.add((settings.getOrDefault("save", "").isEmpty() ? "it persists nothing" : "it takes snapshots only")
                    + ", so that a restart of it loses orders' entries and keys: set appendonly yes and appendfsync always");
        } else if (!"always".equals(settings.get("appendfsync"))) {
            warnings.add("it may lose its last second of orders' entries and keys when its machine fails: set appendfsync always");
        }
        if (!settings.getOrDefault("maxmemory-policy", "noeviction").equals("noeviction")) {
            warnings.add("it may drop orders' entries and keys when its memory is full: set maxmemory-policy noeviction");
        }
        if (failsOver && settings.getOrDefault("min-replicas-to-write", "0").equals("0")) {
            warnings.add("a master that is cut off from its replicas goes on taking orders' entries and keys, and a failover drops them:"
                    + " set min-replicas-to-write 1");
        }
        return warnings;
    }
}
