package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.Store;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.Stopwatch;
import io.kisgateway.testing.TestClock;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens against the simulator, which keeps KIS's rules, over a real Redis and real files. */
@Execution(ExecutionMode.CONCURRENT)
class TokensTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);
    @AutoClose
    private static final RedisProcess redis = RedisProcess.start(FreePort.next());

    private final TestClock clock = TestClock.morning();
    private final List<AutoCloseable> open = new ArrayList<>();
    @TempDir
    private Path folder;
    private Simulator sim;

    @BeforeEach
    void start() {
        sim = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).clock(clock).build());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        sim.close();
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        open.add(0, closeable);
        return closeable;
    }

    private static RedisConnection connection(String prefix) {
        return RedisConnection.open(RedisAddress.parse("redis://127.0.0.1:" + redis.port()).waitingFor(Duration.ofMinutes(1)), prefix);
    }

    /** Of those who are not there. */
    private RedisConnection redis(int port, String prefix) {
        return opened(RedisConnection.open(RedisAddress.parse("redis://127.0.0.1:" + port), prefix));
    }

    private TokenCipher cipher() {
        return new TokenCipher(sim.options().credentials().appSecret(), "test");
    }

    private Function<TestClock, Store> inRedis(String prefix) {
        return at -> Store.inRedis(opened(connection(prefix)));
    }

    private Function<TestClock, Store> inFile() {
        return at -> Store.inFolder(folder, at);
    }

    private Fixture gateway(Function<TestClock, Store> store) {
        return opened(new Fixture(URI.create(sim.baseUrl()), options -> {
            options.clock = clock;
            options.storeOf = store;
            options.key = sim.options().credentials().appKey();
            options.secret = sim.options().credentials().appSecret();
            options.account = sim.options().credentials().accountNumber();
            options.hurry = true;
        }));
    }

    private static List<Result> together(int callers, List<Fixture> gateways) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers * gateways.size());
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Result>> results = new ArrayList<>();
        for (Fixture gateway : gateways) {
            for (int i = 0; i < callers; i++) {
                results.add(threads.submit(() -> {
                    start.await();
                    return gateway.send("direct:stock-snapshot", STOCK);
                }));
            }
        }
        start.countDown();
        List<Result> ended = new ArrayList<>();
        for (Future<Result> result : results) {
            ended.add(Patience.result(result));
        }
        threads.shutdownNow();
        return ended;
    }

    private static String anotherClientAsks(Simulator sim) throws Exception {
        var credentials = sim.options().credentials();
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(sim.baseUrl() + "/oauth2/tokenP"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"grant_type\":\"client_credentials\",\"appkey\":\""
                        + credentials.appKey() + "\",\"appsecret\":\"" + credentials.appSecret() + "\"}"))
                .build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void threeInstancesThatStartTogetherIssueOneTokenOverRedis() throws Exception {
        List<Fixture> gateways = Stream.generate(() -> gateway(inRedis("three:"))).limit(3).toList();
        assertThat(together(20, gateways)).allSatisfy(result -> assertThat(result.reply()).isNotNull());
        assertThat(sim.tokens().requests()).isEqualTo(1);
    }

    @Test
    void threeProcessesThatStartTogetherIssueOneTokenOverAFile() throws Exception {
        List<Fixture> gateways = Stream.generate(() -> gateway(inFile())).limit(3).toList();
        assertThat(together(20, gateways)).allSatisfy(result -> assertThat(result.reply()).isNotNull());
        assertThat(sim.tokens().requests()).isEqualTo(1);
    }

    @Test
    void aTokenCostsOneCallOfTheAccountsBudget() {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK);
        gateway.send("direct:stock-snapshot", STOCK);
        assertThat(gateway.budget).hasSize(3);
    }

    @Test
    void aRestartFindsTheTokenInRedisWhereItIsSealedAndEnds() {
        gateway(inRedis("restart:")).send("direct:stock-snapshot", STOCK).reply();
        gateway(inRedis("restart:")).send("direct:stock-snapshot", STOCK).reply();
        assertThat(sim.tokens().requests()).isEqualTo(1);

        var client = opened(connection("")).client();
        String kept = client.<String>getBucket("restart:token").get();
        assertThat(kept).doesNotContain("eyJ").doesNotContain(sim.options().credentials().appKey());
        assertThat(client.getBucket("restart:token").remainTimeToLive()).isPositive();
        assertThat(client.getBucket("restart:token:asked").remainTimeToLive()).isPositive();
    }

    @Test
    void aRestartFindsTheTokenInAFileThatOnlyItsOwnerReads() throws IOException {
        Path nested = folder.resolve("data");
        Function<TestClock, Store> store = at -> Store.inFolder(nested, at);
        gateway(store).send("direct:stock-snapshot", STOCK).reply();
        gateway(store).send("direct:stock-snapshot", STOCK).reply();
        assertThat(sim.tokens().requests()).isEqualTo(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(nested))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(nested)) {
            assertThat(files).hasSize(2).allSatisfy(file -> {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
                assertThat(Files.readString(file)).doesNotContain("eyJ");
            });
        }
    }

    @Test
    void aDamagedFileOrOneOfAnotherSecretIsIgnored() throws IOException {
        gateway(inFile()).send("direct:stock-snapshot", STOCK).reply();
        Path file = folder.resolve("token");
        String kept = Files.readString(file);
        clock.advance(Duration.ofMinutes(2));
        for (String damaged : new String[] {"", "not base64 !", "AAAA", kept.substring(0, kept.length() - 8),
            (kept.charAt(0) == 'A' ? 'B' : 'A') + kept.substring(1)}) {
            Files.writeString(file, damaged);
            clock.advance(Duration.ofMinutes(2));
            assertThat(gateway(inFile()).send("direct:stock-snapshot", STOCK).reply()).isNotNull();
            assertThat(cipher().open(Files.readString(file))).isPresent();
        }
        Files.writeString(file, kept);
        assertThat(new TokenCipher("another secret", "test").open(kept)).isEmpty();
        assertThat(new TokenCipher(sim.options().credentials().appSecret(), "real").open(kept)).isEmpty();
    }

    @Test
    void itIsRenewedInTheBackgroundTenMinutesBeforeItEndsWhileTheOldOneServes() {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK).reply();
        clock.advance(Duration.ofHours(24).minus(Duration.ofMinutes(10)).minusSeconds(1));
        gateway.send("direct:stock-snapshot", STOCK).reply();
        assertThat(sim.tokens().requests()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        sim.faults().add(Fault.of(Fault.Kind.LATENCY).onPath("tokenP").ms(25_000));
        gateway.send("direct:stock-snapshot", STOCK).reply();
        assertThat(sim.tokens().issued()).as("the new token is still under way").isEqualTo(1);
        await().until(() -> sim.calls().on("tokenP").size() == 2);
        sim.hurry();
        await().until(() -> sim.tokens().issued() == 2);
        clock.advance(Duration.ofMinutes(20));
        await().until(() -> gateway.send("direct:stock-snapshot", STOCK).failure() == null);
        assertThat(sim.tokens().requests()).isEqualTo(2);
    }

    @Test
    void itIsRenewedThoughNobodyCalls() {
        Fixture gateway = gateway(inFile());
        gateway.tokens.tend();
        gateway.send("direct:stock-snapshot", STOCK).reply();
        clock.advance(Duration.ofHours(24).minus(Duration.ofMinutes(11)));
        gateway.tokens.tend();
        assertThat(sim.tokens().requests()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(2));
        gateway.tokens.tend();
        await().until(() -> sim.tokens().issued() == 2);
    }

    @Test
    void aFailedRenewalLeavesTheOldTokenInUse() {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK).reply();
        clock.advance(Duration.ofHours(24).minus(Duration.ofMinutes(9)));
        sim.faults().add(Fault.of(Fault.Kind.EMPTY500).onPath("tokenP").times(1));
        for (int i = 0; i < 5; i++) {
            gateway.send("direct:stock-snapshot", STOCK).reply();
            clock.advance(Duration.ofSeconds(2));
        }
        await().until(() -> sim.calls().on("tokenP").size() == 2);
        clock.advance(Duration.ofSeconds(61));
        gateway.send("direct:stock-snapshot", STOCK).reply();
        await().until(() -> sim.tokens().issued() == 2);
        assertThat(gateway.breaker.getFailCounter()).isZero();
    }

    @Test
    void anExpiredTokenInTheMiddleOfLoadIsReplacedOnceAndNobodyNoticesOrdersIncluded() throws Exception {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK).reply();
        clock.advance(Duration.ofHours(7));
        CompletableFuture<Void> midway = new CompletableFuture<>();
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<Future<List<Result>>> loads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            boolean orders = i % 4 == 0;
            loads.add(threads.submit(() -> {
                List<Result> results = new ArrayList<>();
                for (int n = 0; n < 20; n++) {
                    if (n == 8) {
                        midway.complete(null);
                    }
                    results.add(orders ? gateway.order("direct:trading-buy", STOCK) : gateway.send("direct:stock-snapshot", STOCK));
                }
                return results;
            }));
        }
        Patience.result(midway);
        sim.tokens().expire();
        for (Future<List<Result>> load : loads) {
            assertThat(Patience.result(load)).allSatisfy(result -> assertThat(result.reply()).isNotNull());
        }
        threads.shutdownNow();
        assertThat(sim.tokens().requests()).isEqualTo(2);
        assertThat(sim.calls().list()).anyMatch(call -> "EGW00123".equals(call.msgCd()));
        assertThat(sim.orders().list()).hasSize(100);
        assertThat(gateway.breaker.getFailCounter()).isZero();
    }

    @Test
    void threeInstancesReplaceAnExpiredTokenOnce() throws Exception {
        List<Fixture> gateways = Stream.generate(() -> gateway(inFile())).limit(3).toList();
        together(5, gateways);
        clock.advance(Duration.ofHours(7));
        sim.tokens().expire();
        assertThat(together(10, gateways)).allSatisfy(result -> assertThat(result.reply()).isNotNull());
        assertThat(sim.tokens().requests()).isEqualTo(2);
    }

    @Test
    void whenKisSaysOnceAMinuteTheCallerIsToldWhenAndKisIsNotAskedAgainBefore() throws Exception {
        anotherClientAsks(sim);
        clock.advance(Duration.ofSeconds(10));
        Fixture gateway = gateway(at -> Store.none());
        for (int i = 0; i < 10; i++) {
            Result result = gateway.send("direct:stock-snapshot", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_THROTTLED);
            assertThat(result.problem().retryAfter()).as("the first, whose asking it was, too")
                    .isEqualTo(Duration.ofSeconds(60).minusSeconds(i));
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(sim.tokens().requests()).isEqualTo(2);
        assertThat(gateway.breaker.getFailCounter()).isZero();
        clock.advance(Duration.ofSeconds(51));
        assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).isNotNull();
        assertThat(sim.tokens().requests()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"403, EGW00133, KIS_THROTTLED", "403, EGW00103, KIS_CREDENTIALS", "500, '', KIS_UNAVAILABLE", "200, '', KIS_UNREADABLE"})
    void whoseAskingForATokenFailedIsToldWhenItIsAskedForAgain(int status, String code, ProblemCode problem) {
        try (StubKis kis = new StubKis()) {
            kis.token(request -> StubKis.Answer.json(status, "{\"error_code\":\"" + code + "\",\"error_description\":\"no\"}"));
            Fixture gateway = opened(new Fixture(kis.url(), options -> options.clock = clock));
            for (int i = 0; i < 3; i++) {
                Result result = gateway.send("direct:stock-snapshot", STOCK);
                assertThat(result.problem().code()).isEqualTo(problem);
                assertThat(result.problem().retryAfter()).isEqualTo(Duration.ofSeconds(60).minusSeconds(i));
                clock.advance(Duration.ofSeconds(1));
            }
            assertThat(kis.tokenRequests()).hasSize(1);
        }
    }

    @Test
    void aTokenThatStillWorksServesWhileKisSaysOnceAMinute() throws Exception {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK).reply();
        clock.advance(Duration.ofHours(24).minus(Duration.ofMinutes(5)));
        anotherClientAsks(sim);
        for (int i = 0; i < 5; i++) {
            gateway.send("direct:stock-snapshot", STOCK).reply();
        }
        await().until(() -> sim.tokens().requests() == 3);
        assertThat(sim.tokens().refused()).isEqualTo(1);
        assertThat(gateway.send("direct:stock-snapshot", STOCK).failure()).isNull();
    }

    @Test
    void aDeadTokenThatKisHandsOutAgainMakesNoStormAndComesBackAfterSixHours() {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK).reply();
        clock.advance(Duration.ofMinutes(5));
        sim.tokens().kill(true);
        for (int i = 0; i < 50; i++) {
            Result result = i % 2 == 0 ? gateway.send("direct:stock-snapshot", STOCK) : gateway.order("direct:trading-buy", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_CREDENTIALS);
            assertThat(result.problem().kis().msgCd()).isEqualTo("EGW00121");
            clock.advance(Duration.ofMinutes(5));
        }
        assertThat(sim.tokens().requests()).isEqualTo(2);
        assertThat(sim.orders().list()).isEmpty();
        clock.advance(Duration.ofHours(2));
        assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).isNotNull();
        assertThat(sim.tokens().requests()).isEqualTo(3);
        assertThat(gateway.breaker.getFailCounter()).isZero();
    }

    @Test
    void aTokenRefusedWithinTheMinuteIsACredentialsProblemWithATime() {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK).reply();
        sim.tokens().kill();
        Result result = gateway.order("direct:trading-buy", STOCK);
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_CREDENTIALS);
        assertThat(result.problem().kis().msgCd()).isEqualTo("EGW00121");
        assertThat(result.problem().retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
        assertThat(sim.tokens().requests()).isEqualTo(1);
        assertThat(sim.orders().list()).isEmpty();
    }

    @Test
    void aStormOfFailuresIsNoStormOfTokens() throws Exception {
        Fixture gateway = gateway(inFile());
        gateway.send("direct:stock-snapshot", STOCK).reply();
        sim.faults().add(Fault.of(Fault.Kind.BLANK500).onPath("inquire-price").times(1000));
        together(30, List.of(gateway));
        assertThat(sim.tokens().requests()).isEqualTo(1);
    }

    @Test
    void aWrongKeyIsAskedForOnceAMinuteAndIsNoFailureOfKis() {
        Fixture gateway = opened(new Fixture(URI.create(sim.baseUrl()), options -> options.clock = clock));
        for (int i = 0; i < 5; i++) {
            Result result = gateway.send("direct:stock-snapshot", STOCK);
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_CREDENTIALS);
            assertThat(result.problem().kis().msgCd()).isEqualTo("EGW00103");
            assertThat(result.problem().getMessage()).doesNotContain(Fixture.KEY);
        }
        assertThat(sim.calls().on("tokenP")).hasSize(1);
        assertThat(gateway.breaker.getFailCounter()).isZero();
    }

    @Test
    void withoutRedisItWorksFromMemoryAndWaitsForNothing() throws Exception {
        int nobody = FreePort.next();
        Stopwatch.within(Duration.ofSeconds(5), () -> {
            clock.advance(Duration.ofMinutes(2));
            long tokens = sim.tokens().requests();
            Fixture gateway = gateway(at -> Store.inRedis(redis(nobody, "gone:")));
            gateway.send("direct:stock-snapshot", STOCK).reply();
            gateway.send("direct:stock-snapshot", STOCK).reply();
            assertThat(sim.tokens().requests()).isEqualTo(tokens + 1);
        });
    }

    @Test
    void aRedisThatTakesTheConnectionAndSaysNothingHoldsNobodyUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            Stopwatch.within(Duration.ofSeconds(5), () -> {
                clock.advance(Duration.ofMinutes(2));
                gateway(at -> Store.inRedis(redis(silent.getLocalPort(), "silent:"))).send("direct:stock-snapshot", STOCK).reply();
            });
        }
    }

    @Test
    void eachEnvironmentAndKeyHasItsOwnToken() throws Exception {
        KisTimeouts timeouts = new KisTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(5));
        ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
        open.add(timers::shutdownNow);
        for (String key : new String[] {"key-one", "key-two"}) {
            for (String mode : new String[] {"REAL", "MOCK"}) {
                try (StubKis kis = new StubKis()) {
                    KisCredentials credentials = new KisCredentials(key, "secret", "12345678", "01");
                    KisHttp http = opened(new KisHttp(kis.url(), credentials, timeouts, 2, timers, System::nanoTime, Runnable::run));
                    Tokens tokens = opened(Tokens.open(new KisEnvironment(mode, mode.equals("MOCK"), kis.url()),
                            credentials, http, call -> CompletableFuture.completedFuture(null), Store.inFolder(folder, clock), clock,
                            clock::nanos));
                    tokens.current(Duration.ofSeconds(5));
                    assertThat(kis.tokenRequests()).hasSize(1);
                }
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".asked")))
                    .hasSize(4).allMatch(name -> name.matches("token-(real|mock)-[0-9a-f]{16}"));
        }
    }

    @Test
    void aTokenRefusedWithAnUnlistedCodeIsRenewedOnce() {
        try (StubKis kis = new StubKis()) {
            Fixture gateway = opened(new Fixture(kis.url(), options -> {
                options.clock = clock;
                options.hurry = true;
                options.read = Duration.ofSeconds(30);
                options.call = Duration.ofSeconds(60);
            }));
            gateway.send("direct:stock-snapshot", STOCK).reply();
            clock.advance(Duration.ofMinutes(2));
            kis.reply(request -> request.header("authorization").equals("Bearer token-1") ? StubKis.error(401, "1", "EGW99999")
                    : StubKis.Answer.json(200, request.method().equals("POST") ? StubKis.ORDERED : StubKis.OK));
            Result order = gateway.order("direct:trading-buy", STOCK);
            assertThat(order.problem().code()).as("whether KIS took it is not certain").isEqualTo(ProblemCode.KIS_TIMEOUT);
            assertThat(gateway.send("direct:stock-snapshot", STOCK).reply()).as("the next call has another token").isNotNull();
            assertThat(kis.tokenRequests()).hasSize(2);

            kis.reply(request -> StubKis.error(401, "1", "EGW99999"));
            for (int i = 0; i < 20; i++) {
                clock.advance(Duration.ofMinutes(2));
                assertThat(gateway.send("direct:stock-snapshot", STOCK).problem().code()).isEqualTo(ProblemCode.KIS_CREDENTIALS);
            }
            assertThat(kis.tokenRequests()).as("no token a minute for what no token mends").hasSize(2);
        }
    }
}
