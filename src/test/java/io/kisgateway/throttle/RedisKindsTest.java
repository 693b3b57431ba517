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
import java.util.TreeMap;
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
        TestGateway gateway = new TestGateway(TestGateway.settings("3 per second", "15 per second", Duration.ofSeconds(3)), address,
                arrivals, Clock.systemUTC());
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
        runs(1);
        crowd.start(gateways, 10, "snapshot");
    }

    private void runs(int seconds) {
        await().pollDelay(Duration.ofSeconds(seconds)).atMost(Duration.ofSeconds(seconds + 2)).until(() -> true);
    }

    private void assertThreeAWindow(int atLeast) {
        TreeMap<Long, Integer> windows = Crowd.windows(arrivals.stream().filter(a -> a.endpoint().equals("snapshot")).toList());
        windows.pollFirstEntry();
        windows.pollLastEntry();
        assertThat(windows.values()).allMatch(n -> n <= 3);
        assertThat(windows.values().stream().filter(n -> n == 3).count()).isGreaterThanOrEqualTo(atLeast);
        assertThat(crowd.problems.keySet()).isSubsetOf(java.util.Set.of(ProblemCode.RATE_LIMITED));
    }

    @Test
    void userPasswordAndDatabase() throws Exception {
        int port = FreePort.next();
        servers.push(RedisProcess.start(port, "user gate on >s3cret@:/ ~* &* +@all", "requirepass other"));
        gateways("redis://gate:s3cret%40%3A%2F@127.0.0.1:" + port + "/3");
        runs(3);
        assertThreeAWindow(1);
        assertThat(gateways.get(0).throttle.state().backend()).isEqualTo("redis://127.0.0.1:" + port + "/3");
        assertThat(gateways).noneMatch(g -> g.throttle.state().degraded());
    }

    @Test
    void tlsWithAnAuthorityOfOnesOwn(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.in(folder);
        int port = FreePort.next();
        servers.push(RedisProcess.startTls(port, certificate));
        gateways(RedisAddress.parse("rediss://:s3cret@127.0.0.1:" + port).trusting(certificate.certificatePem()));
        runs(3);
        assertThreeAWindow(1);
        assertThat(gateways).noneMatch(g -> g.throttle.state().degraded());

        // The same Redis by those who do not trust it, and under a name that is not its own: no password goes there.
        assertAlone(gateway(RedisAddress.parse("rediss://:s3cret@127.0.0.1:" + port)));
        assertAlone(gateway(RedisAddress.parse("rediss://:s3cret@localhost:" + port).trusting(certificate.certificatePem())));
    }

    private static void assertAlone(TestGateway gateway) {
        gateway.send("prices", 0L).reply().join();
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(3)).until(() -> gateway.throttle.state().degraded());
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
        runs(4);
        assertThreeAWindow(2);
        assertThat(gateways).noneMatch(g -> g.throttle.state().degraded());
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
        runs(2);
        gateways("redis-sentinel://127.0.0.1:" + watch + "/kis");
        runs(3);
        first.kill();
        await().atMost(Duration.ofSeconds(5)).until(() -> gateways.stream().allMatch(g -> g.throttle.state().degraded()));
        await().atMost(Duration.ofSeconds(20)).until(() -> gateways.stream().noneMatch(g -> g.throttle.state().degraded()));
        runs(4);
        assertThreeAWindow(5);
    }
}
