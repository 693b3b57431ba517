package io.kisgateway.realtime;

import static io.kisgateway.realtime.KisSocket.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisSentinel;
import redis.embedded.RedisShardedCluster;
import redis.embedded.core.RedisSentinelBuilder;
import redis.embedded.core.RedisServerBuilder;

/** Instances share one session on every kind of Redis, and again after a failover. */
@Tag("campaign")
class RealtimeOnRedisKindsTest {

    private static final String TRADES = "H0STCNT0";

    private final Deque<AutoCloseable> servers = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    private static void bothHearTheSame(RealtimeRig rig, KisSocket one, KisSocket other) {
        one.messages().clear();
        other.messages().clear();
        RealtimeRig.eventually(() -> {
            assertThat(rig.kis.realtime().push(TRADES, "005930", 1)).isTrue();
            assertThat(one.messages()).anyMatch(text -> text.startsWith("0|") && other.messages().contains(text));
        });
        assertThat(rig.registered()).hasSize(1);
        assertThat(rig.kis.realtime().status().connections()).isEqualTo(1);
        assertThat(one.isClosed() || other.isClosed()).isFalse();
    }

    @Test
    void cluster() throws Exception {
        RedisShardedCluster cluster = RedisShardedCluster.newRedisCluster()
                .withServerBuilder(new RedisServerBuilder().bind("127.0.0.1").setting("save \"\""))
                .serverPorts(List.of(FreePort.next(), FreePort.next(), FreePort.next()))
                .shard("a", 0).shard("b", 0).shard("c", 0).build();
        cluster.start();
        servers.push(cluster::stop);
        List<Integer> ports = cluster.serverPorts();
        try (RealtimeRig rig = RealtimeRig.start("REDIS_URL", "redis-cluster://127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1))) {
            KisSocket one = rig.socket();
            KisSocket other = rig.socket(rig.another());
            assertThat(code(one.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            assertThat(code(other.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            bothHearTheSame(rig, one, other);
        }
    }

    @Test
    void sentinelWithAFailover() throws Exception {
        int one = FreePort.next();
        int watch = FreePort.next();
        RedisProcess first = RedisProcess.start(one);
        servers.push(RedisProcess.start(FreePort.next(), "replicaof 127.0.0.1 " + one));
        RedisSentinel sentinel = new RedisSentinelBuilder().bind("127.0.0.1").port(watch).masterPort(one).masterName("kis")
                .quorumSize(1).downAfterMilliseconds(500).failOverTimeout(3000).build();
        sentinel.start();
        servers.push(sentinel::stop);
        try (RealtimeRig rig = RealtimeRig.start("REDIS_URL", "redis-sentinel://127.0.0.1:" + watch + "/kis")) {
            KisSocket here = rig.socket();
            KisSocket there = rig.socket(rig.another());
            assertThat(code(here.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            assertThat(code(there.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            bothHearTheSame(rig, here, there);
            first.kill();
            bothHearTheSame(rig, here, there);
        }
    }
}
