package io.kisgateway.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.testing.TestCertificate;
import io.kisgateway.throttle.TestGateway.Arrival;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisSentinel;
import redis.embedded.RedisShardedCluster;
import redis.embedded.core.RedisSentinelBuilder;
import redis.embedded.core.RedisServerBuilder;

/** The limits hold on every kind of Redis, and through a failover. */
class RedisKindsTest {

    private final Queue<Arrival> arrivals = TestGateway.arrivals();
    private final List<TestGateway> gateways = new ArrayList<>();
    private final Crowd crowd = new Crowd();
    private final Deque<AutoCloseable> servers = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        crowd.end();
        gateways.forEach(TestGateway::close);
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    private TestGateway gateway(RedisAddress address) throws Exception {
        TestGateway gateway = TestGateway.onRedis(TestGateway.settings("3 per second", "15 per second", Duration.ofSeconds(3)), address,
                Duration.ofMinutes(1), Clock.systemUTC(), arrivals);
        gateways.add(gateway);
        return gateway;
    }

    private void gateways(String url) throws Exception {
        gateways(RedisAddress.parse(url));
    }

    private void gateways(RedisAddress address) throws Exception {
        for (int i = 0; i < 3; i++) {
            gateway(address);
        }
        gateways.forEach(g -> await().until(() -> g.send("prices", null).code() == null && !g.throttle.state().degraded()));
        Crowd.run(Duration.ofSeconds(1));
        arrivals.clear();
        crowd.start(gateways, 10, "snapshot");
    }

    private void awaitAllShare() {
        await().until(() -> gateways.stream().noneMatch(g -> g.throttle.state().degraded()));
    }

    /** @param windows how many must be full from now on */
    private void assertThreeAWindow(int windows) {
        Crowd.awaitFullWindows(arrivals, 3, windows);
        assertThat(crowd.problems.keySet()).isSubsetOf(java.util.Set.of(ProblemCode.RATE_LIMITED));
    }

    @Test
    void userPasswordAndDatabase() throws Exception {
        int port = FreePort.next();
        servers.push(RedisProcess.start(port, "user gate on >s3cret@:/ ~* &* +@all", "requirepass other"));
        gateways("redis://gate:s3cret%40%3A%2F@127.0.0.1:" + port + "/3");
        assertThreeAWindow(2);
        assertThat(gateways.get(0).throttle.state().backend()).isEqualTo("redis://127.0.0.1:" + port + "/3");
        awaitAllShare();
    }

    @Test
    void tlsWithAnAuthorityOfOnesOwn(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.in(folder);
        int port = FreePort.next();
        servers.push(RedisProcess.startTls(port, certificate));
        gateways(RedisAddress.parse("rediss://:s3cret@127.0.0.1:" + port).trusting(certificate.certificatePem()));
        assertThreeAWindow(2);
        awaitAllShare();

        // The same Redis by those who do not trust it, and under a name that is not its own: no password goes there.
        assertAlone(gateway(RedisAddress.parse("rediss://:s3cret@127.0.0.1:" + port)));
        assertAlone(gateway(RedisAddress.parse("rediss://:s3cret@localhost:" + port).trusting(certificate.certificatePem())));
    }

    private static void assertAlone(TestGateway gateway) {
        gateway.send("prices", 0L).reply().join();
        await().during(Duration.ofSeconds(1)).until(() -> gateway.throttle.state().degraded());
    }

    @Test
    @Tag("campaign")
    void cluster() throws Exception {
        RedisShardedCluster cluster = RedisShardedCluster.newRedisCluster()
                .withServerBuilder(new RedisServerBuilder().bind("127.0.0.1").setting("save \"\""))
                .serverPorts(List.of(FreePort.next(), FreePort.next(), FreePort.next()))
                .shard("a", 0).shard("b", 0).shard("c", 0).build();
        cluster.start();
        servers.push(cluster::stop);
        gateways("redis-cluster://127.0.0.1:" + cluster.serverPorts().get(0) + ",127.0.0.1:" + cluster.serverPorts().get(1));
        assertThreeAWindow(3);
        awaitAllShare();
    }

    @Test
    @Tag("campaign")
    void sentinelWithAFailover() throws Exception {
        int one = FreePort.next();
        int two = FreePort.next();
        int watch = FreePort.next();
        RedisProcess first = RedisProcess.start(one);
        servers.push(RedisProcess.start(two, "replicaof 127.0.0.1 " + one));
        RedisSentinel sentinel = new RedisSentinelBuilder().bind("127.0.0.1").port(watch).masterPort(one).masterName("kis")
                .quorumSize(1).downAfterMilliseconds(500).failOverTimeout(3000).build();
        sentinel.start();
        servers.push(sentinel::stop);
        Crowd.run(Duration.ofSeconds(2));
        gateways("redis-sentinel://127.0.0.1:" + watch + "/kis");
        assertThreeAWindow(2);
        first.kill();
        await().until(() -> gateways.stream().allMatch(g -> g.throttle.state().degraded()));
        awaitAllShare();
        assertThreeAWindow(3);
    }
}
