package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.simulator.Order;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that send orders again by themselves, a fault after KIS took the order, and a gateway killed in between: one order each. */
@Execution(ExecutionMode.CONCURRENT)
class DoublingAcrossKillsTest {

    private static final String CODE = "005930";
    private static final List<Fault> FAULTS = List.of(Fault.code("EGW00301").taken(), Fault.of(Kind.BLANK500).taken(),
            Fault.of(Kind.RESET_AFTER), Fault.of(Kind.REPLY_LOST));

    private final Simulator kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO)
            .cash(900_000_000_000_000L).build());
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final AtomicInteger tries = new AtomicInteger();
    private final Map<String, AtomicInteger> ends = new TreeMap<>();
    private DurableRedis redis;

    private void start(int count, boolean shared) {
        redis = shared ? DurableRedis.start() : null;
        Map<String, String> settings = Rig.inFrontOf(kis);
        settings.putAll(Map.of("KIS_FRONT", "true", "RATE_LIMIT", "1000/second", "KIS_ACCOUNT_RATE", "1000/second", "ORDER_LISTING_GRACE",
                "1", "KIS_READ_TIMEOUT_MS", "5000", "KIS_CALL_TIMEOUT_MS", "8000", "CIRCUIT_BREAKER_TIMEOUT", "1", "RATE_LIMIT_MAX_WAIT",
                "30"));
        if (shared) {
            settings.put("REDIS_URL", redis.url());
        }
        IntStream.range(0, count).forEach(i -> gateways.add(new GatewayProcess("doubling-" + count + "-" + i, settings).start()));
        gateways.forEach(GatewayProcess::awaitReady);
    }

    @AfterEach
    void stop() {
        gateways.forEach(GatewayProcess::close);
        kis.close();
        if (redis != null) {
            redis.close();
        }
    }

    /** As an address before several does it: each try goes to the next one, or over it if nobody is there. */
    private int port() {
        GatewayProcess next = gateways.get(tries.getAndIncrement() % gateways.size());
        return next.process().isAlive() ? next.port() : gateways.get(tries.getAndIncrement() % gateways.size()).port();
    }

    /** Kills whoever has the order on its way to KIS; or, if its client has been told already that nothing was sent, then. */
    private CompletableFuture<Void> killer(GatewayProcess victim, int before, boolean taken, AtomicBoolean told) {
        return CompletableFuture.runAsync(() -> {
            await().pollInterval(Duration.ofMillis(5)).until(() -> told.get()
                    || (taken ? kis.orders().list().size() > before : kis.calls().on("order-cash").size() > before));
            victim.kill();
        });
    }

    /**
     * @param orders how many
     * @param every  of so many one meets a kill
     * @param again  whether the client is started anew when the gateway is back, as its user would do
     */
    private void order(RepeatingClient client, int orders, int every, boolean again) throws IOException {
        for (int i = 0; i < orders; i++) {
            int before = kis.orders().list().size();
            kis.faults().clear();
            kis.calls().clear();
            String body = FrontRig.order(CODE, i + 1, 0);
            boolean kill = i % every == every - 1;
            boolean taken = i / every % 2 == 0;
            CompletableFuture<Void> killed = CompletableFuture.completedFuture(null);
            AtomicBoolean told = new AtomicBoolean();
            GatewayProcess victim = gateways.get(tries.get() % gateways.size());
            if (kill) {
                gateways.forEach(GatewayProcess::awaitReady);
                Fault late = Fault.of(Kind.LATENCY).ms(500).onPath("order-cash");
                kis.faults().add(taken ? late.taken() : late);
                killed = killer(victim, taken ? before : 0, taken, told);
            } else {
                kis.faults().add(FAULTS.get(i % FAULTS.size()).onPath("order-cash"));
            }
            askForPrices();
            FrontRig.Reply reply = client.order(this::port, body);
            told.set(true);
            killed.join();
            if (kill) {
                victim.start();
                if (again) {
                    victim.awaitReady();
                    reply = client.order(this::port, body);
                }
            }
            judge(i + 1, reply, client + (kill ? taken ? " killed after KIS took it" : " killed before KIS took it" : ""));
        }
        kis.faults().clear();
        gateways.forEach(GatewayProcess::awaitReady);
        await().pollInterval(Duration.ofMillis(200)).untilAsserted(
                () -> assertThat(journal("state")).doesNotContain("received", "sending", "unknown").doesNotContain("unresolved"));
        List<String> numbers = kis.orders().list().stream().map(Order::orderNo).toList();
        assertThat(journal("order_no")).filteredOn(number -> !number.isEmpty()).containsExactlyInAnyOrderElementsOf(numbers);
        String figures = client + ", " + gateways.size() + " gateways: " + orders + " orders, " + orders / every + " kills, " + tries
                + " requests, " + numbers.size() + " orders at KIS, ends " + ends;
        System.out.println(figures);
        Files.writeString(Path.of("target", "doubling-" + client + "-" + gateways.size() + ".txt"), figures + "\n");
    }

    /** What goes well, so that no breaker opens for what goes wrong here on purpose. */
    private void askForPrices() {
        gateways.stream().filter(gateway -> gateway.process().isAlive() && gateway.isReady()).forEach(gateway -> {
            for (String code : List.of("000660", "035420", "069500")) {
                gateway.http().post("/api/market-data/snapshot", "{\"stock_code\":\"" + code + "\"}");
            }
        });
    }

    /** One order, and what the client was told is so. */
    private void judge(int quantity, FrontRig.Reply reply, String how) {
        String said = reply == null ? "no reply" : reply.summary();
        ends.computeIfAbsent((how.contains("killed") ? "killed, " : "") + said, text -> new AtomicInteger()).incrementAndGet();
        if (how.contains("killed before")) {
            // KIS takes it yet, or never had it.
            await().during(Duration.ofMillis(700)).until(() -> of(quantity).size() <= 1);
        }
        List<Order> there = of(quantity);
        assertThat(there).as(how + " " + said).hasSizeLessThanOrEqualTo(1);
        if (said.equals("500 1 EGW00001")) {
            assertThat(there).as(how + " was told that nothing was sent").isEmpty();
            return;
        }
        if (!how.contains("killed")) {
            assertThat(there).as(how + " " + said).hasSize(1);
        }
        if (reply == null || said.equals("200 1 EGW00302")) {
            return;
        }
        assertThat(said).as(how).isEqualTo("200 0 APBK0013");
        assertThat(reply.member("ODNO")).as(how).isEqualTo(there.get(0).orderNo());
    }

    private List<Order> of(int quantity) {
        return kis.orders().list().stream().filter(order -> order.quantity() == quantity).toList();
    }

    private List<String> journal(String member) {
        List<String> all = new ArrayList<>();
        JsonNode page = gateways.get(0).http().get("/api/trading/orders?limit=500").json();
        page.path("data").forEach(entry -> all.add(entry.path(member).asText("").replace("null", "")));
        return all;
    }

    @Test
    void twoGatewaysOnOneRedisAndOneOfThemKilled() throws Exception {
        start(2, true);
        order(RepeatingClient.KIS_AGENT, 6, 2, false);
        gateways.forEach(GatewayProcess::awaitReady);
        identicalOrdersOnPurpose();
    }

    /** One after the other and at once, each at another gateway: what has been told, or is under way, is no order that is repeated. */
    private void identicalOrdersOnPurpose() throws IOException {
        String body = FrontRig.order(CODE, 777, 0);
        Set<String> numbers = new HashSet<>();
        for (GatewayProcess gateway : gateways) {
            numbers.add(number(gateway, body));
        }
        kis.faults().add(Fault.of(Kind.LATENCY).ms(300).taken().onPath("order-cash").times(2));
        try (Socket one = RepeatingClient.KIS_AGENT.open(gateways.get(0).port(), body);
                Socket other = RepeatingClient.KIS_AGENT.open(gateways.get(1).port(), body)) {
            numbers.add(FrontRig.read(one).member("ODNO"));
            numbers.add(FrontRig.read(other).member("ODNO"));
        }
        assertThat(numbers).hasSize(4).doesNotContainNull();
        assertThat(of(777)).hasSize(4);
    }

    /** Where the machine is too busy for a reply in time, the repeat has it. */
    private static String number(GatewayProcess gateway, String body) {
        String[] number = new String[1];
        await().pollDelay(Duration.ZERO).until(() -> {
            FrontRig.Reply reply = RepeatingClient.KIS_AGENT.order(gateway::port, body);
            number[0] = reply == null ? null : reply.member("ODNO");
            return number[0] != null;
        });
        return number[0];
    }

    @Test
    void oneGatewayKilledAndStartedAgain() throws Exception {
        start(1, false);
        order(RepeatingClient.YOUHOGEON, 4, 2, true);
    }

    @ParameterizedTest
    @Tag("campaign")
    @EnumSource(names = {"KIS_AGENT", "CLUEFIN", "YOUHOGEON"})
    void twoGatewaysForLong(RepeatingClient client) throws Exception {
        start(2, true);
        order(client, Integer.getInteger("front.doubling", 200), 8, false);
    }

    @ParameterizedTest
    @Tag("campaign")
    @EnumSource(names = {"KIS_AGENT", "CLUEFIN", "YOUHOGEON"})
    void oneGatewayForLong(RepeatingClient client) throws Exception {
        start(1, false);
        order(client, Integer.getInteger("front.doubling", 200), 8, true);
    }
}
