package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Holding;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Patience;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations that the gateway uses, against the simulator in both of its modes, with its faults. */
@Execution(ExecutionMode.CONCURRENT)
class SimulatorTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);
    private static final String[] CODES = {"005930", "000660"};

    private Simulator sim;
    private Fixture gateway;

    private void start(Mode mode, RateLimits limits, List<Holding> holdings, Consumer<Fixture.Options> more) {
        SimulatorOptions.Builder options = SimulatorOptions.builder().mode(mode).rateLimits(limits);
        if (holdings != null) {
            options.holdings(holdings).extraIssues(150);
        }
        sim = Simulator.start(options.build());
        gateway = new Fixture(URI.create(sim.baseUrl()), fixture -> {
            fixture.virtual = mode == Mode.VIRTUAL;
            fixture.key = sim.options().credentials().appKey();
            fixture.secret = sim.options().credentials().appSecret();
            fixture.account = sim.options().credentials().accountNumber();
            more.accept(fixture);
        });
    }

    private void start(Mode mode) {
        start(mode, RateLimits.OFF, null, options -> {});
    }

    private static void impatient(Fixture.Options options) {
        options.read = Duration.ofSeconds(2);
        options.hurry = true;
    }

    @AfterEach
    void stop() {
        gateway.close();
        sim.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theGatewaysOperations(Mode mode) {
        start(mode);
        for (String code : CODES) {
            JsonNode price = gateway.send("direct:stock-snapshot", Map.of("stock_code", code)).reply();
            assertThat(price.at("/output/stck_prpr").asText()).matches("[1-9]\\d+");
            JsonNode chart = gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", code, "num_days_to_fetch", 250)).reply();
            assertThat(chart.path("output2")).hasSize(250);
            assertThat(gateway.names.name(code)).contains(sim.market().name(code));
        }
        for (String index : new String[] {"0001", "1001", "2001"}) {
            JsonNode chart = gateway.send("direct:index-daily-prices", Map.of("stock_code", index, "num_days_to_fetch", 120)).reply();
            assertThat(chart.path("output2")).hasSize(120);
            Result now = gateway.send("direct:index-snapshot", Map.of("stock_code", index));
            if (mode == Mode.VIRTUAL) {
                assertThat(now.problem().code()).isEqualTo(ProblemCode.NOT_OFFERED);
            } else {
                assertThat(now.reply().at("/output/bstp_nmix_prpr").asText()).contains(".");
            }
        }
        Result order = gateway.order("direct:trading-buy", STOCK);
        assertThat(order.reply().at("/output/ODNO").asText()).matches("\\d{10}");
        assertThat(order.call().orderFate()).isEqualTo(OrderFate.PLACED);
        assertThat(sim.orders().list()).hasSize(1);
        JsonNode balance = gateway.send("direct:account-balance", Map.of()).reply();
        assertThat(balance.path("output1").findValuesAsText("pdno")).contains("005930");
        assertThat(balance.path("output2")).hasSize(1);
        assertThat(sim.calls().list()).filteredOn(call -> call.status() != 200).isEmpty();
    }

    @Test
    void anUnknownCodeIs404() {
        start(Mode.REAL);
        assertThat(gateway.send("direct:stock-snapshot", Map.of("stock_code", "999999")).problem().code())
                .isEqualTo(ProblemCode.UNKNOWN_STOCK);
    }

    @ParameterizedTest
    @CsvSource({"REAL, 0", "REAL, 1", "REAL, 50", "REAL, 51", "REAL, 120", "VIRTUAL, 20", "VIRTUAL, 21", "VIRTUAL, 65"})
    void aBalanceOfAnyLengthIsWhole(Mode mode, int count) {
        List<Holding> holdings = IntStream.range(0, count)
                .mapToObj(i -> new Holding("%06d".formatted(900_001 + i), 10 + i, 1000)).toList();
        start(mode, RateLimits.OFF, holdings, options -> {});
        JsonNode reply = gateway.send("direct:account-balance", Map.of()).reply();
        assertThat(reply.path("output1").findValuesAsText("pdno")).hasSize(count).doesNotHaveDuplicates();
        int pageSize = mode == Mode.REAL ? 50 : 20;
        assertThat(sim.calls().on("inquire-balance")).hasSize(Math.max(1, (count + pageSize - 1) / pageSize));
    }

    @ParameterizedTest
    @CsvSource({
        "RESET_BEFORE, false, 0", "RESET_AFTER, false, 1", "REPLY_LOST, false, 1", "CLOSE_MID_REPLY, false, 1",
        "BLANK500, false, 0", "BLANK500, true, 1", "EMPTY500, false, 0", "BLANK200, false, 0", "EMPTY200, true, 1",
        "GARBAGE, true, 1", "HTML502, false, 0", "HTML502, true, 1"})
    void anOrderIsNeverDoubledAndNeverClaimedToBeCertain(Fault.Kind kind, boolean taken, int placed) {
        start(Mode.REAL, RateLimits.OFF, null, SimulatorTest::impatient);
        Fault fault = Fault.of(kind).onPath("order-cash").times(5);
        sim.faults().add(taken ? fault.taken() : fault);
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        assertThat(result.call().orderFate()).isEqualTo(OrderFate.UNKNOWN);
        assertThat(sim.orders().list()).hasSize(placed);
        assertThat(sim.calls().on("order-cash")).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EGW00301", "EGW00302", "IGW00008", "IGW00009", "EGW00202", "90020000"})
    void anOrderThatKisIsUnsureOfIsUnknown(String code) {
        start(Mode.REAL);
        sim.faults().add(Fault.code(code).onPath("order-cash").taken());
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_TIMEOUT);
        assertThat(result.problem().kis().msgCd()).isEqualTo(code);
        assertThat(result.call().orderFate()).isEqualTo(OrderFate.UNKNOWN);
        assertThat(sim.orders().list()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EGW00201", "EGW00215"})
    void anOrderRefusedAtTheDoorGoesAgainAndExistsOnce(String code) {
        start(Mode.REAL);
        sim.faults().add(Fault.code(code).onPath("order-cash").times(2));
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.reply().at("/output/ODNO").asText()).isNotBlank();
        assertThat(sim.orders().list()).hasSize(1);
        assertThat(sim.calls().on("order-cash")).hasSize(3);
        assertThat(gateway.throttled).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({"RESET_BEFORE", "RESET_AFTER", "REPLY_LOST", "CLOSE_MID_REPLY", "BLANK500", "EMPTY500", "BLANK200",
        "EMPTY200", "GARBAGE", "HTML502", "SLOW_BODY"})
    void aQueryOutlivesOneFault(Fault.Kind kind) {
        start(Mode.REAL, RateLimits.OFF, null, SimulatorTest::impatient);
        sim.faults().add(Fault.of(kind).onPath("inquire-price").times(1).ms(3000));
        assertThat(gateway.send("direct:stock-snapshot", STOCK).reply().at("/output/stck_prpr").asText()).isNotBlank();
    }

    @Test
    void aBusinessRejectionIsTheCallersMatterInBothModes() {
        for (Mode mode : Mode.values()) {
            start(mode);
            Result result = gateway.order("direct:trading-buy", Map.of("stock_code", "005930", "quantity", 100_000_000));
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_REJECTED);
            assertThat(result.problem().kis().msg1()).isNotBlank().isEqualTo(result.problem().kis().msg1().strip());
            assertThat(result.call().orderFate()).isEqualTo(OrderFate.NOT_PLACED);
            assertThat(sim.orders().list()).isEmpty();
            if (mode == Mode.REAL) {
                stop();
            }
        }
    }

    @Test
    void underKissOwnLimitEveryCallGetsThroughInTheEndWithoutAFailureCounted() throws Exception {
        start(Mode.REAL, RateLimits.REAL, null, options -> options.call = Duration.ofSeconds(20));
        ExecutorService threads = Executors.newFixedThreadPool(40);
        List<Future<Result>> results = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            results.add(threads.submit(() -> gateway.send("direct:stock-snapshot", STOCK)));
        }
        int ok = 0;
        for (Future<Result> future : results) {
            Result result = Patience.result(future);
            if (result.failure() == null) {
                ok++;
            } else {
                assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_THROTTLED);
            }
        }
        threads.shutdownNow();
        assertThat(ok).isGreaterThan(35);
        assertThat(gateway.throttled).hasPositiveValue();
        assertThat(gateway.breaker.getFailCounter()).isZero();
    }

    @Test
    void staleConnectionsOfKisNeverShow() {
        start(Mode.REAL);
        for (int i = 0; i < 10; i++) {
            gateway.send("direct:stock-snapshot", STOCK).reply();
            gateway.order("direct:trading-buy", STOCK).reply();
            // Some close while the next query is on its way; that one goes again, and its caller sees nothing of it.
            sim.closeConnections();
        }
        assertThat(sim.orders().list()).hasSize(10);
    }

    @Test
    void aKeyOfTheOtherHostIsACredentialsProblem() {
        start(Mode.REAL);
        try (Fixture crossed = new Fixture(URI.create(sim.baseUrl()), options -> {
            options.key = sim.options().other().appKey();
            options.secret = sim.options().other().appSecret();
        })) {
            Result result = crossed.send("direct:stock-snapshot", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_CREDENTIALS);
            assertThat(crossed.breaker.getFailCounter()).isZero();
        }
    }
}
