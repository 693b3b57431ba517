package io.kisgateway.order;

import static io.kisgateway.order.OrderRig.BUY;
import static io.kisgateway.order.OrderRig.CANCEL;
import static io.kisgateway.order.OrderRig.SELL;
import static io.kisgateway.order.OrderRig.STICKY;
import static io.kisgateway.order.OrderRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.simulator.Fault;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The kill switch. */
class TradingHaltTest {

    private static final String[] PATIENT = {"KIS_READ_TIMEOUT_MS", "30000", "KIS_CALL_TIMEOUT_MS", "60000"};
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
            Awaitility.await().until(() -> one.http().post(BUY, BODY).status() == 200);
        }
    }

    /** It was written down before the switch was set, and nothing of it had left. */
    @Test
    void anOrderThatWaitsForATokenWhenTradingIsHaltedDoesNotLeave() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway(PATIENT); One other = rig.gateway(PATIENT)) {
            rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("tokenP").ms(30_000).times(1));
            CompletableFuture<Reply> waiting = one.http().postAsync(BUY, BODY, "Idempotency-Key", "waits");
            Awaitility.await().until(() -> rig.simulator().calls().on("tokenP").size() == 1);

            other.management().post("/admin/trading/halt", "");
            rig.simulator().hurry();

            Reply reply = waiting.join();
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.code()).isEqualTo("TRADING_HALTED");
            assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(rig.taken()).isEmpty();
            assertThat(one.http().get("/api/trading/orders/waits").at("/data/state").asText()).isEqualTo("not_placed");

            other.management().post("/admin/trading/resume", "");
            Awaitility.await().until(() -> one.http().post(BUY, BODY, "Idempotency-Key", "waits").status() == 200);
            assertThat(rig.taken()).hasSize(1);
        }
    }

    @Test
    void anOrderThatIsToBeRepeatedWhenTradingIsHaltedDoesNotLeaveAndACancellationDoes() {
        int tries = 0;
        while (!isHaltedBetweenTwoTries()) {
            assertThat(++tries).isLessThan(10);
        }
    }

    /** @return whether the machine could halt trading in the second or more that the gateway waits after KIS's fifth refusal */
    private static boolean isHaltedBetweenTwoTries() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway(PATIENT); One other = rig.gateway(PATIENT)) {
            String resting = one.http().post(BUY, order(STICKY, 1, rig.simulator().market().lowerLimit(STICKY))).at("/order_no").asText();
            int before = rig.taken().size();
            rig.simulator().faults().add(Fault.code("EGW00201").onPath("order-cash").times(5));
            rig.simulator().faults().add(Fault.code("EGW00201").onPath("order-rvsecncl").times(5));
            CompletableFuture<Reply> waiting = one.http().postAsync(BUY, BODY);
            CompletableFuture<Reply> cancelling = one.http().postAsync(CANCEL, "{\"order_no\":\"" + resting + "\"}");
            Awaitility.await().until(() -> rig.simulator().calls().on("order-cash").size() >= 6);

            other.management().post("/admin/trading/halt", "");

            if (rig.simulator().calls().on("order-cash").size() > 6) {
                return false;
            }
            assertThat(waiting.join().code()).isEqualTo("TRADING_HALTED");
            assertThat(waiting.join().at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(rig.simulator().calls().on("order-cash")).hasSize(6);
            assertThat(rig.taken()).hasSize(before);
            assertThat(cancelling.join().at("/cancelled").booleanValue()).isTrue();
            return true;
        }
    }

    /** Nobody can tell whether trading has been halted meanwhile. */
    @Test
    void anOrderThatWaitsForATokenWhenRedisEndsDoesNotLeave() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway(PATIENT)) {
            rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("tokenP").ms(30_000).times(1));
            CompletableFuture<Reply> waiting = one.http().postAsync(BUY, BODY);
            Awaitility.await().until(() -> rig.simulator().calls().on("tokenP").size() == 1);

            rig.redis().kill();
            rig.simulator().hurry();

            assertThat(waiting.join().code()).isEqualTo("JOURNAL_UNAVAILABLE");
            assertThat(waiting.join().at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(rig.taken()).isEmpty();
        }
    }

    /** An operator in a hurry must not read that nothing happened. */
    @Test
    void aHaltWhileRedisIsAwaySaysThatItHoldsHereAndOthersAreToldLater() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway(); One other = rig.gateway()) {
            assertThat(one.http().post(BUY, BODY).status()).isEqualTo(200);
            rig.redis().kill();

            Reply halt = one.management().post("/admin/trading/halt", "");

            assertThat(halt.status()).isEqualTo(503);
            assertThat(halt.at("/code").asText()).isEqualTo("JOURNAL_UNAVAILABLE");
            assertThat(halt.at("/message").asText()).startsWith("Halted on this instance");
            assertHalted(one.http(), BUY);
            // An earlier request with its key may have placed it, and the other instance was never told.
            assertThat(one.http().post(BUY, BODY, "Idempotency-Key", "k").code()).isEqualTo("JOURNAL_UNAVAILABLE");
            assertThat(one.http().post(CANCEL, "{\"order_no\":\"1\"}").code()).isEqualTo("JOURNAL_UNAVAILABLE");
            assertThat(other.http().post(BUY, BODY).code()).isEqualTo("JOURNAL_UNAVAILABLE");
            rig.redis().startAgain();
            Awaitility.await().until(() -> one.http().post(BUY, BODY).code().equals("TRADING_HALTED"));
            Awaitility.await().until(() -> other.http().post(BUY, BODY).code().equals("TRADING_HALTED"));
        }
    }

    /** Redis may do what it was told once it goes on, and the operator had been told that trading stays halted. */
    @Test
    void aResumeThatNobodyAnswersIsNotSaidToHaveFailed() {
        try (OrderRig rig = OrderRig.inRedis(); One one = rig.gateway()) {
            assertThat(one.management().post("/admin/trading/halt", "").status()).isEqualTo(200);
            rig.redis().freeze();
            try {
                Reply resume = one.management().post("/admin/trading/resume", "");
                assertThat(resume.status()).isEqualTo(503);
                assertThat(resume.at("/detail").asText()).contains("not known").doesNotContain("stays halted");
            } finally {
                rig.redis().thaw();
            }
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
                Awaitility.await().until(() -> other.http().post(BUY, BODY).code().equals("TRADING_HALTED"));
                assertHalted(one.http(), BUY);
                assertThat(other.management().post("/admin/trading/resume", "").at("/halted").booleanValue()).isFalse();
                Awaitility.await().until(() -> one.http().post(BUY, BODY).status() == 200);
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
                Awaitility.await().untilAsserted(() -> assertHalted(one.http(), BUY));
                halted.management().post("/admin/trading/resume", "");
                Awaitility.await().until(() -> one.http().post(BUY, BODY).status() == 200);
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
