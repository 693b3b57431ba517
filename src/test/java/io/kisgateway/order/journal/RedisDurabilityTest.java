package io.kisgateway.order.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A Redis that does not keep what it is given is warned of. */
class RedisDurabilityTest {

    private static List<String> warnings(String... settings) {
        try (DurableRedis redis = DurableRedis.start(settings);
                RedisConnection connection = RedisConnection.open(RedisAddress.parse(redis.url()), "t:")) {
            return RedisDurability.warnings(connection, Runnable::run).toCompletableFuture().join();
        }
    }

    @Test
    void aRedisThatPersistsNothingIsWarnedOf() {
        assertThat(warnings("--appendonly", "no", "--save", "")).singleElement().asString()
                .contains("persists nothing").contains("appendonly yes");
    }

    @Test
    void oneThatKeepsEverythingIsNot() {
        assertThat(warnings("--appendonly", "yes", "--appendfsync", "always")).isEmpty();
    }

    @Test
    void whatIsHalfSafeIsNamed() {
        assertThat(RedisDurability.judge(Map.of("appendonly", "no", "save", "3600 1"), false)).singleElement().asString()
                .contains("snapshots only");
        assertThat(RedisDurability.judge(Map.of("appendonly", "yes", "appendfsync", "everysec", "maxmemory-policy", "allkeys-lru"), false))
                .hasSize(2).anyMatch(one -> one.contains("last second")).anyMatch(one -> one.contains("noeviction"));
    }

    @Test
    void whereAReplicaMayTakeOverTheMasterMustHaveOne() {
        Map<String, String> safe = Map.of("appendonly", "yes", "appendfsync", "always", "min-replicas-to-write", "0");
        assertThat(RedisDurability.judge(safe, false)).isEmpty();
        assertThat(RedisDurability.judge(safe, true)).singleElement().asString().contains("min-replicas-to-write 1");
        assertThat(RedisDurability.judge(Map.of("appendonly", "yes", "appendfsync", "always", "min-replicas-to-write", "1"), true))
                .isEmpty();
    }
}
