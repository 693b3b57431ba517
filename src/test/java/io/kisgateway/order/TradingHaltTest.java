package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.CANCEL;
import static io.kisgateway.order.OrderRig.SELL;
import static io.kisgateway.order.OrderRig.STICKY;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The kill switch. */
class TradingHaltTest {

    private static final String BODY = order("005930", 1, 0);

    private static void assertHalted(Http http, String path) {
        Reply reply = http.post(path, BODY);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.code()).isEqualTo("TRADING_HALTED");
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
    }

    @Test
    void anOperatorHaltsOrdersOfAllInstancesAtOnceWhileQueriesAndCancellationsGoOn() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway(); One other = rig.gateway()) {
            String resting = one.http().post(BUY, order(STICKY, 1, rig.simulator().market().lowerLimit(STICKY))).at("/order_no").asText();
            int before = rig.taken().size();
            Reply halt = one.management().post("/admin/trading/halt", "");

            assertThat(halt.status()).isEqualTo(200);
            assertThat(halt.at("/halted").booleanValue()).isTrue();
            assertHalted(one.http(), BUY);
            // The other instance has perhaps not heard of it yet; but what it writes down before an order tells it.
            assertHalted(other.http(), BUY);
            assertHalted(other.http(), SELL);
            assertThat(rig.taken()).hasSize(before);
            assertThat(other.http().post("/api/account/balance", "{}").status()).isEqualTo(200);
            assertThat(other.http().post(CANCEL, "{\"order_no\":\"" + resting + "\"}").at("/cancelled").booleanValue()).isTrue();

            assertThat(other.management().post("/admin/trading/resume", "").at("/halted").booleanValue()).isFalse();
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> one.http().post(BUY, BODY).status() == 200);
        }
    }

    @Test
    void aHaltOutlivesARestartWithoutRedis() {
        try (OrderRig rig = OrderRig.inFiles()) {
            try (One one = rig.gateway()) {
                one.management().post("/admin/trading/halt", "");
            }
            try (One one = rig.gateway()) {
                assertHalted(one.http(), BUY);
                one.management().post("/admin/trading/resume", "");
                assertThat(one.http().post(BUY, BODY).status()).isEqualTo(200);
            }
        }
    }

    /** A Redis without persistence, or a failover to an empty replica, must not set trading going. */
    @Test
    void aHaltOutlivesARedisThatLosesEverything() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway()) {
            one.management().post("/admin/trading/halt", "");
            rig.redis().loseEverything();

            try (One other = rig.gateway()) {
                Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> other.http().post(BUY, BODY).code().equals("TRADING_HALTED"));
                assertHalted(one.http(), BUY);
                assertThat(other.management().post("/admin/trading/resume", "").at("/halted").booleanValue()).isFalse();
                Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> one.http().post(BUY, BODY).status() == 200);
                assertThat(other.http().post(BUY, BODY).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void theSettingHaltsFromTheStartAndForAll() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway()) {
            assertThat(one.http().post(BUY, BODY).status()).isEqualTo(200);
            try (One halted = rig.gateway("TRADING_HALTED", "true")) {
                assertHalted(halted.http(), BUY);
                Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertHalted(one.http(), BUY));
                halted.management().post("/admin/trading/resume", "");
                Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> one.http().post(BUY, BODY).status() == 200);
            }
        }
    }

    @Test
    void itIsWorkedOverJmxToo() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try (OrderRig rig = OrderRig.inFiles(); One one = rig.gateway()) {
            ObjectName name = server.queryNames(new ObjectName("io.kisgateway:*,name=trading-halt"), null).stream()
                    .filter(candidate -> isOf(server, candidate, one)).findFirst().orElseThrow();
            server.invoke(name, "halt", null, null);
            assertHalted(one.http(), BUY);
            assertThat(server.getAttribute(name, "Halted")).isEqualTo(true);
            server.invoke(name, "resume", null, null);
            assertThat(one.http().post(BUY, BODY).status()).isEqualTo(200);
        }
    }

    /** Several gateways may live in this JVM: ours is the one that hears it. */
    private static boolean isOf(MBeanServer server, ObjectName name, One one) {
        return Stream.of("halt", "resume").map(operation -> {
            try {
                server.invoke(name, operation, null, null);
                return one.http().post(BUY, BODY).code().equals("TRADING_HALTED");
            } catch (JMException e) {
                throw new IllegalStateException(e);
            }
        }).toList().equals(List.of(true, false));
    }
}
