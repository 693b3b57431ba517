package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Clients that send orders again by themselves, and a fault after KIS took the order: one order each, and nothing untrue is said. */
@Execution(ExecutionMode.CONCURRENT)
class DoublingTest {

    /** A few in each build; {@code -Dfront.doubling=200} for as many as the closing note counts. */
    private static final int ORDERS = Integer.getInteger("front.doubling", 8);

    @TempDir
    private Path folder;
    @AutoClose
    private FrontRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new FrontRig(folder, Map.of("ORDER_LISTING_GRACE", "1", "KIS_READ_TIMEOUT_MS", "3000", "KIS_CALL_TIMEOUT_MS", "6000"));
    }

    /** Who hears of a busy machine's KIS too, however late. */
    private void patiently() throws Exception {
        rig.close();
        rig = new FrontRig(folder.resolve("patient"), Map.of("KIS_READ_TIMEOUT_MS", "20000", "KIS_CALL_TIMEOUT_MS", "25000"));
    }

    private static final List<Fault> FAULTS = List.of(Fault.code("EGW00301").taken(), Fault.of(Kind.BLANK500).taken(),
            Fault.of(Kind.RESET_AFTER), Fault.of(Kind.REPLY_LOST), Fault.of(Kind.HTML502).taken(), Fault.of(Kind.CLOSE_MID_HEADER),
            Fault.of(Kind.LATENCY).ms(600).taken(), Fault.of(Kind.EMPTY500).taken());

    @ParameterizedTest
    @EnumSource(RepeatingClient.class)
    void aClientThatRepeatsHasOneOrder(RepeatingClient client) {
        for (int i = 0; i < ORDERS; i++) {
            int before = rig.ordersAtKis();
            rig.kis.faults().clear();
            rig.kis.faults().add(FAULTS.get(i % FAULTS.size()).onPath("order-cash"));

            FrontRig.Reply reply = client.order(rig::port, FrontRig.order("005930", i + 1, 0));

            assertThat(rig.ordersAtKis()).as(client + " " + FAULTS.get(i % FAULTS.size()).kind()).isEqualTo(before + 1);
            if (reply != null && reply.status() == 200 && "0".equals(reply.member("rt_cd"))) {
                assertThat(reply.member("ODNO")).isEqualTo(newest());
            } else if (reply != null) {
                assertThat(reply.summary()).isEqualTo("200 1 EGW00302");
            }
        }
        rig.kis.faults().clear();
        await().untilAsserted(() -> assertThat(states()).doesNotContain("sending", "unknown"));
        assertThat(states()).containsOnly("placed");
    }

    private List<String> states() {
        return Pattern.compile("\"id\":\"[^\"]+\",\"state\":\"([a-z_]+)\"").matcher(journal()).results().map(one -> one.group(1)).toList();
    }

    private String newest() {
        return rig.kis.orders().list().get(rig.ordersAtKis() - 1).orderNo();
    }

    private String journal() {
        return rig.send(FrontRig.request("GET", "/api/trading/orders?limit=500", Map.of(), null)).body();
    }

    @Test
    void anOrderWhoseCallerWasNeverToldIsRepeatedAsItself() throws Exception {
        patiently();
        rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(3_000).taken().onPath("order-cash"));
        String body = FrontRig.order("005930", 3, 0);
        try (Socket gone = rig.open(request(body))) {
            assertThat(gone.isConnected()).isTrue();
            await().until(() -> rig.ordersAtKis() == 1);
        }

        FrontRig.Reply repeat = rig.post(FrontRig.CASH, "TTTC0012U", body);

        assertThat(repeat.member("ODNO")).isEqualTo(newest());
        assertThat(rig.ordersAtKis()).isEqualTo(1);
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", body).member("ODNO")).isNotEqualTo(repeat.member("ODNO"));
        assertThat(rig.ordersAtKis()).isEqualTo(2);
    }

    private static byte[] request(String body) {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("Content-Type", "application/json");
        return FrontRig.request("POST", FrontRig.CASH, headers, body);
    }

    /** Only orders of the day for cash can be looked up. */
    @Test
    void anyOtherOrderInDoubtIsUnresolvedAtOnce() {
        String path = "/uapi/domestic-stock/v1/trading/order-credit";
        String body = FrontRig.order("005930", 3, 0);
        rig.kis.faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-credit"));

        assertThat(rig.post(path, "TTTC0052U", body).summary()).isEqualTo("200 1 EGW00302");
        assertThat(states()).containsExactly("unresolved");
        assertThat(journal()).contains("what KIS has of this operation cannot be looked up by this gateway");
        assertThat(rig.post(path, "TTTC0052U", body).summary()).as("a repeat").isEqualTo("200 1 EGW00302");
        assertThat(rig.kis.stubs().taken()).hasSize(1);

        Map<String, String> headers = FrontRig.headers("TTTC0052U");
        headers.put("gt_uid", "seen-at-the-brokers");
        assertThat(rig.send(FrontRig.request("POST", path, headers, body)).member("rt_cd")).isEqualTo("0");
        assertThat(rig.kis.stubs().taken()).hasSize(2);
    }

    /** It waits whether the first one's caller has gone, and goes itself: it may have sent the same again. */
    @Test
    void whoHangsUpWhileItWaitsOrdersNothing() throws Exception {
        patiently();
        rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(3_000).taken().onPath("order-cash"));
        String body = FrontRig.order("005930", 3, 0);
        try (Socket first = rig.open(request(body))) {
            await().until(() -> rig.ordersAtKis() == 1);
            rig.open(request(body)).close();

            assertThat(FrontRig.read(first).member("ODNO")).isEqualTo(newest());
            await().during(Duration.ofMillis(500)).until(() -> rig.ordersAtKis() == 1);
        }
    }

    @Test
    void identicalOrdersOnPurposeAreOrdersEach() throws Exception {
        patiently();
        String body = FrontRig.order("005930", 3, 0);
        rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(300).taken().onPath("order-cash").times(2));
        Set<String> numbers = new HashSet<>();
        try (Socket one = rig.open(request(body)); Socket two = rig.open(request(body))) {
            numbers.add(FrontRig.read(one).member("ODNO"));
            numbers.add(FrontRig.read(two).member("ODNO"));
        }
        numbers.add(rig.post(FrontRig.CASH, "TTTC0012U", body).member("ODNO"));

        assertThat(numbers).hasSize(3).doesNotContainNull();
        assertThat(rig.ordersAtKis()).isEqualTo(3);
    }

    @Test
    void whatWasToldIsToldAcrossARestartAndWhatWasNotIsNot() throws Exception {
        String told = FrontRig.order("005930", 4, 0);
        String untold = FrontRig.order("005930", 5, 0);
        String first = rig.post(FrontRig.CASH, "TTTC0012U", told).member("ODNO");
        rig.kis.faults().add(Fault.of(Kind.RESET_AFTER).onPath("order-cash"));
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", untold).code()).isEqualTo("EGW00302");
        String second = newest();
        await().untilAsserted(() -> assertThat(journal()).contains("\"order_no\":\"" + second + "\""));
        rig.restart();

        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", untold).member("ODNO")).isEqualTo(second);
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", told).member("ODNO")).isNotEqualTo(first);
        assertThat(rig.ordersAtKis()).isEqualTo(3);
    }

    /** Redis is away just when it is to be written down that a caller has been told. */
    @Test
    void whatWasToldIsWrittenDownWhenRedisIsBack() throws Exception {
        rig.close();
        try (DurableRedis redis = DurableRedis.start()) {
            rig = new FrontRig(folder.resolve("shared"), Map.of("REDIS_URL", redis.url()));
            String body = FrontRig.order("005930", 3, 0);
            String first = rig.post(FrontRig.CASH, "TTTC0012U", body).member("ODNO");
            redis.kill();
            await().during(Duration.ofMillis(1_500)).atMost(Duration.ofSeconds(5)).until(() -> rig.ordersAtKis() == 1);
            redis.startAgain();
            await().ignoreExceptions().until(() -> !rig.post(FrontRig.CASH, "TTTC0012U",
                    FrontRig.order("000660", 1, 0)).code().startsWith("EGW"));
            Config server = new Config().setCodec(StringCodec.INSTANCE);
            server.useSingleServer().setAddress(redis.url());
            RedissonClient client = Redisson.create(server);
            await().until(() -> client.getKeys().getKeysStream().filter(key -> key.contains("untold:"))
                    .flatMap(key -> client.<String, String>getMap(key).values().stream()).noneMatch(use -> use.startsWith("F")));
            client.shutdown();
            rig.restart();

            String second = rig.post(FrontRig.CASH, "TTTC0012U", body).member("ODNO");
            assertThat(second).isNotNull().isNotEqualTo(first);
        }
    }

    @Test
    void callersWithoutAKeyOfTheGatewaysOwnEndpointsToo() throws IOException {
        rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(3_000).taken().onPath("order-cash"));
        byte[] request = FrontRig.request("POST", "/api/trading/buy", Map.of("Content-Type", "application/json"),
                "{\"stock_code\":\"005930\",\"quantity\":2}");
        try (Socket gone = rig.open(request)) {
            assertThat(gone.isConnected()).isTrue();
            await().until(() -> rig.ordersAtKis() == 1);
        }

        assertThat(rig.send(request).body()).contains("\"order_no\":\"" + newest() + "\"");
        assertThat(rig.ordersAtKis()).isEqualTo(1);
        assertThat(journal()).doesNotContain("auto;");
    }

    @Test
    void gtUidIsAKeyAndAnotherOrderUnderItIsRefused() {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("gt_uid", "my-order-1");
        FrontRig.Reply first = rig.send(FrontRig.request("POST", FrontRig.CASH, headers, FrontRig.order("005930", 1, 0)));
        FrontRig.Reply again = rig.send(FrontRig.request("POST", FrontRig.CASH, headers, FrontRig.order("005930", 1, 0)));
        FrontRig.Reply other = rig.send(FrontRig.request("POST", FrontRig.CASH, headers, FrontRig.order("005930", 2, 0)));

        assertThat(again.member("ODNO")).isEqualTo(first.member("ODNO")).isNotNull();
        assertThat(again.header("tr_id")).isEqualTo("TTTC0012U");
        assertThat(other.summary()).isEqualTo("200 7 KGW00003");
        assertThat(rig.ordersAtKis()).isEqualTo(1);
    }

    @Test
    void anOrderThatKisKeepsIsToldToBeUnknownBeforeClientsGiveUp() throws Exception {
        patiently();
        // KIS answers so much later that a busy machine does not tell of that.
        rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(13_000).taken().onPath("order-cash"));
        String body = FrontRig.order("005930", 3, 0);

        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", body).summary()).isEqualTo("200 1 EGW00302");

        assertThat(FrontSteps.PATIENCE).isLessThan(Duration.ofSeconds(10));
        await().until(() -> newest().equals(rig.post(FrontRig.CASH, "TTTC0012U", body).member("ODNO")));
        assertThat(rig.ordersAtKis()).isEqualTo(1);
    }
}
