package io.kisgateway.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Calls.Arrival;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The account's rolling second, the pace after "too many", the precedence of orders, and shared calls; counted at KIS. */
@Tag("campaign")
class AccountCampaignTest {

    private static final int ACCOUNT = 15;

    private final Simulator kis = Simulator.start(SimulatorOptions.builder().extraIssues(Load.CODES).cash(100_000_000_000L).build());
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final RedisProcess[] redis = new RedisProcess[1];
    private final AtomicInteger numbers = new AtomicInteger();
    private final Stalls stalls = new Stalls();

    @AfterEach
    void stop() {
        stalls.close();
        gateways.parallelStream().forEach(GatewayProcess::close);
        kis.close();
        if (redis[0] != null) {
            redis[0].close();
        }
    }

    private void gateways(String name, int n, Map<String, String> settings) {
        int port = FreePort.next();
        redis[0] = RedisProcess.start(port);
        Map<String, String> all = new HashMap<>(settings);
        all.put("REDIS_URL", "redis://127.0.0.1:" + port);
        for (int i = 0; i < n; i++) {
            gateways.add(Launch.gateway(name + "-" + (i + 1), kis, all));
        }
        gateways.forEach(GatewayProcess::awaitReady);
        gateways.forEach(g -> {
            try (Probe probe = new Probe(g.port())) {
                for (int i = 0; i < 200; i++) {
                    probe.post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}", 0);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        runs(2000);
        kis.calls().clear();
    }

    private static void runs(long millis) {
        await().pollDelay(Duration.ofMillis(Math.max(1, millis))).atMost(Duration.ofMillis(millis + 5000)).until(() -> true);
    }

    private List<String> doors() {
        return gateways.stream().map(GatewayProcess::url).toList();
    }

    private double pacing(GatewayProcess gateway) {
        try (Probe probe = new Probe(gateway.port())) {
            return probe.get("/stats").at("/rate_limiting/account/pacing").asDouble();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Snapshots, an index now and then, daily prices of three pages, balances and orders. */
    private static Load.Asked mixed(int n) {
        String code = Integer.toString(900_001 + n % Load.CODES);
        return switch (n % 5) {
            case 0 -> new Load.Asked("/api/market-data/daily-prices", "{\"stock_code\":\"" + code + "\",\"num_days_to_fetch\":250}", code);
            case 1 -> new Load.Asked("/api/account/balance", "{}", "");
            case 2 -> new Load.Asked("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", "");
            default -> Load.snapshot(n);
        };
    }

    @Test
    void noSecondHoldsMoreThanTheAccountsRateThroughPagesAndRepeats() {
        gateways("account", 3, Map.of("RATE_LIMIT", "100 per second"));
        Load load = new Load(doors(), numbers, "Prefer", "wait=20");
        Instant begin = Instant.now();
        load.start(40, 100, AccountCampaignTest::mixed);
        runs(15_000);
        Instant burst = Instant.now();
        List<Arrival> before = kis.calls().list();
        long id = kis.faults().add(Fault.code("EGW00201").onPath("quotations").times(5));
        await().pollInterval(Duration.ofMillis(50))
                .until(() -> gateways.stream().allMatch(g -> pacing(g) < 1));
        Instant slowed = Instant.now();
        kis.faults().remove(id);
        List<Double> lowest = gateways.stream().map(this::pacing).toList();
        runs(4000);
        List<Arrival> slow = kis.calls().list().stream().filter(a -> a.at().isAfter(slowed.plusMillis(500))).toList();
        int slowMost = Wire.mostInSecond(slow);
        await().atMost(Duration.ofSeconds(70)).until(() -> gateways.stream().allMatch(g -> pacing(g) >= 1));
        Instant recovered = Instant.now();
        runs(5000);
        Instant end = Instant.now();
        load.end(Duration.ofSeconds(60));
        List<Arrival> all = kis.calls().list();
        List<Arrival> after = all.stream().filter(a -> a.at().isAfter(recovered) && a.at().isBefore(end)).toList();
        long injected = all.stream().filter(a -> a.msgCd().equals("EGW00201")).count();
        try (Report report =
                new Report("account", "The account's rolling second: snapshots, pages, balances, orders, repeats; three gateways")) {
            report.row("calls to KIS in all", all.size())
                    .row("most in any second, wherever it begins (limit " + ACCOUNT + ", KIS itself 20)", Wire.mostInSecond(all))
                    .row("longest stall of this machine", stalls.longest() + " ms")
                    .row("calls a second before the burst",
                            String.format("%.1f", before.size() * 1000.0 / Duration.between(begin, burst).toMillis()))
                    .row("answered with EGW00201 (5 at most are injected)", injected)
                    .row("pace of each gateway after the burst", lowest)
                    .row("most in any second while slowed", slowMost)
                    .row("full pace again after", Duration.between(slowed, recovered).toMillis() / 1000.0 + " s")
                    .row("calls a second after", String.format("%.1f", after.size() * 1000.0 / Duration.between(recovered, end).toMillis()))
                    .row("answers", load.answers());
        }
        assertThat(Wire.mostInSecond(all)).isLessThanOrEqualTo(ACCOUNT);
        assertThat(injected).isBetween(1L, 5L);
        assertThat(lowest).allMatch(p -> p < 0.6);
        assertThat(slowMost).isLessThan(ACCOUNT);
        assertThat(load.answers().keySet()).isSubsetOf("200", "429 RATE_LIMITED");
    }

    @Test
    void ordersGoFirstAndQueriesAreNotStarved() {
        gateways("ranks", 2, Map.of("RATE_LIMIT", "1000 per second"));
        Load queries = new Load(doors(), numbers, "Prefer", "wait=30");
        Load orders = new Load(doors(), numbers, "Prefer", "wait=30");
        Load flood = new Load(doors(), numbers, "Prefer", "wait=30");
        queries.start(60, 100, Load::snapshot);
        runs(5000);
        orders.start(2, 100, n -> new Load.Asked("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", ""));
        runs(12_000);
        orders.end(Duration.ofSeconds(40));
        Instant flooded = Instant.now();
        flood.start(60, 100, n -> new Load.Asked("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", ""));
        runs(20_000);
        Instant end = Instant.now();
        List<Arrival> all = kis.calls().list();
        List<Arrival> late = all.stream().filter(a -> a.at().isAfter(flooded.plusSeconds(3)) && a.at().isBefore(end)).toList();
        long lateQueries = late.stream().filter(a -> a.path().contains("inquire-price")).count();
        long lateOrders = late.stream().filter(a -> a.path().contains("order-cash")).count();
        queries.end(Duration.ofSeconds(40));
        flood.end(Duration.ofSeconds(40));
        long[] order = millis(orders);
        long[] query = millis(queries);
        try (Report report =
                new Report("ranks", "Orders before queries when the account's budget is short; two gateways, 60 callers of a query")) {
            report.row("queries served: p50, most", query[query.length / 2] + ", " + query[query.length - 1] + " ms")
                    .row("two callers who order without pause: served, p50, p99", order.length + ", " + order[order.length / 2] + ", "
                            + order[order.length * 99 / 100] + " ms")
                    .row("60 callers who order without pause: orders, queries a second at KIS", String.format("%.1f, %.1f",
                            lateOrders / (Duration.between(flooded, end).toMillis() / 1000.0 - 3),
                            lateQueries / (Duration.between(flooded, end).toMillis() / 1000.0 - 3)))
                    .row("most in any second (limit " + ACCOUNT + ")", Wire.mostInSecond(all))
                    .row("longest stall of this machine", stalls.longest() + " ms")
                    .row("answers to queries, orders, flood", queries.answers() + ", " + orders.answers() + ", " + flood.answers());
        }
        assertThat(order[order.length / 2]).isLessThan(query[query.length / 2]);
        assertThat(lateQueries).isGreaterThanOrEqualTo(late.size() / 8);
        assertThat(lateOrders).isGreaterThan(lateQueries);
        assertThat(Wire.mostInSecond(all)).isLessThanOrEqualTo(ACCOUNT);
    }

    private static long[] millis(Load load) {
        return load.served().stream().mapToLong(Load.Sample::millis).sorted().toArray();
    }

    /** A price that rises all the time tells how old an answer is. */
    @Test
    void sharedCallsAnswerEveryoneWithTheirOwnAndNothingOld() {
        gateways("coalesce", 1, Map.of());
        List<String> codes = List.of("900001", "900002", "900003", "900004", "900005");
        AtomicInteger price = new AtomicInteger(50_000);
        codes.forEach(code -> kis.setPrice(code, price.get()));
        ScheduledExecutorService rising = Executors.newSingleThreadScheduledExecutor();
        var unused = rising.scheduleAtFixedRate(() -> {
            int next = price.get() + 100;
            for (int i = 0; i < codes.size(); i++) {
                kis.setPrice(codes.get(i), next);
            }
            price.set(next);
        }, 0, 20, TimeUnit.MILLISECONDS);
        Load load = new Load(doors(), numbers);
        AtomicInteger served = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger wrongCode = new AtomicInteger();
        AtomicInteger wrongId = new AtomicInteger();
        AtomicInteger oldest = new AtomicInteger();
        Instant end = Instant.now().plusSeconds(15);
        List<CompletableFuture<Void>> callers = IntStream.range(0, 100).mapToObj(caller -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            new Object() {
                int n;

                void next() {
                    if (Instant.now().isAfter(end)) {
                        done.complete(null);
                        return;
                    }
                    String code = codes.get((caller + n) % codes.size());
                    String id = "caller-" + caller + "-" + n++;
                    int known = price.get();
                    var unused =
                            load.post(doors().get(0), "/api/market-data/snapshot", "{\"stock_code\":\"" + code + "\"}", "X-Request-Id", id)
                                    .whenComplete((reply, failure) -> {
                                        if (failure != null) {
                                            done.completeExceptionally(failure);
                                            return;
                                        }
                                        judge(reply, code, id, known);
                                        CompletableFuture.delayedExecutor(reply.status() == 200 ? 0 : 100, TimeUnit.MILLISECONDS)
                                                .execute(this::next);
                                    });
                }

                private void judge(Reply reply, String code, String id, int known) {
                    wrongId.addAndGet(id.equals(reply.header("X-Request-Id")) ? 0 : 1);
                    if (reply.status() != 200) {
                        refused.incrementAndGet();
                        return;
                    }
                    served.incrementAndGet();
                    wrongCode.addAndGet(reply.at("/data/code").asText().equals(code) ? 0 : 1);
                    oldest.accumulateAndGet((known - reply.at("/data/price").intValue()) / 100 * 20, Math::max);
                }
            }.next();
            return done;
        }).toList();
        callers.forEach(CompletableFuture::join);
        rising.shutdownNow();
        List<Arrival> calls = kis.calls().on("inquire-price");
        List<CompletableFuture<Reply>> orders = IntStream.range(0, 6).mapToObj(
                i -> load.post(doors().get(0), "/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}", "Prefer", "wait=10"))
                .toList();
        long placed = orders.stream().filter(o -> o.join().status() == 200).count();
        try (Report report = new Report("coalescing", "100 callers ask for 5 stocks at one gateway, 15 s")) {
            report.row("answers 200, refused", served + ", " + refused)
                    .row("calls to KIS, most in a window", calls.size() + ", " + Wire.mostInWindow(calls))
                    .row("longest stall of this machine", stalls.longest() + " ms")
                    .row("answers of another stock, with another's request id", wrongCode + ", " + wrongId)
                    .row("oldest price against the moment of asking (20 ms steps)", oldest + " ms")
                    .row("identical orders sent, placed, taken at KIS",
                            orders.size() + ", " + placed + ", " + kis.calls().on("order-cash").size());
        }
        assertThat(served.get()).isGreaterThan(2 * calls.size());
        assertThat(wrongCode.get()).isZero();
        assertThat(wrongId.get()).isZero();
        assertThat(Wire.mostInWindow(calls)).isLessThanOrEqualTo(3);
        assertThat(kis.calls().on("order-cash")).hasSize(6);
    }
}
