package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.kisgateway.simulator.Credentials;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.GatewayProcess;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Patience;
import io.kisgateway.testing.RawHttp;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestCertificate;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/** What the gateway writes: readable, complete, in the way of nobody, and never a secret. */
@Execution(ExecutionMode.CONCURRENT)
class LogsTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String STOCK = "{\"stock_code\":\"005930\"}";
    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
    private static final String GATEWAY_KEY = "kisgw_buyer_" + "k".repeat(43);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static GatewayProcess gateway(Map<String, String> settings) {
        return new GatewayProcess("logs", settings);
    }

    @Test
    void inAContainerEachLineIsOneJsonObject() throws Exception {
        List<String> lines;
        try (GatewayProcess gateway = gateway(Map.of("LOG_FORMAT", "json", "GOOGLE_CLOUD_PROJECT", "my-project")).start().awaitReady()) {
            gateway.http().post(SNAPSHOT, STOCK, "X-Request-Id", "the-one", "traceparent", TRACEPARENT, "X-Client-Id", "strategy-7");
            gateway.http().post(SNAPSHOT, "{}", "X-Request-Id", "the-bad-one");
            gateway.http().get("/health");
            gateway.http().get("/health/live");
            gateway.process().destroy();
            Patience.awaitEnd(gateway.process());
            lines = gateway.lines();
        }
        List<JsonNode> objects = new ArrayList<>();
        for (String line : lines) {
            JsonNode object = JSON.readTree(line);
            assertThat(object.path("severity").asText()).isIn("DEBUG", "INFO", "WARNING", "ERROR");
            assertThat(object.path("message").asText()).isNotEmpty();
            assertThat(java.time.Instant.parse(object.path("time").asText())).isNotNull();
            objects.add(object);
        }
        // A line is written after its reply: the second caller may be quicker.
        Map<String, JsonNode> requests = new HashMap<>();
        objects.stream().filter(object -> object.has("request_id"))
                .forEach(object -> assertThat(requests.put(object.path("request_id").asText(), object)).isNull());
        assertThat(requests).containsOnlyKeys("the-one", "the-bad-one");
        JsonNode one = requests.get("the-one");
        assertThat(one.path("severity").asText()).isEqualTo("INFO");
        assertThat(one.path("endpoint").asText()).isEqualTo("market-data-snapshot");
        assertThat(one.path("stock_code").asText()).isEqualTo("005930");
        assertThat(one.path("status").intValue()).isEqualTo(200);
        assertThat(one.path("duration_ms").doubleValue()).isPositive();
        assertThat(one.path("queue_ms").isNumber()).isTrue();
        assertThat(one.path("kis_ms").doubleValue()).isPositive();
        assertThat(one.path("caller").asText()).startsWith("strategy-7 at 127.0.0.1");
        assertThat(one.path("trace").asText()).isEqualTo(TRACE);
        assertThat(one.path("logging.googleapis.com/trace").asText()).isEqualTo("projects/my-project/traces/" + TRACE);
        assertThat(one.path("logging.googleapis.com/spanId").asText()).isEqualTo("b7ad6b7169203331");
        assertThat(requests.get("the-bad-one").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(requests.get("the-bad-one").path("status").intValue()).isEqualTo(400);
    }

    @Test
    void onATerminalALineIsForPeopleAndAWrongSettingStillShows() throws Exception {
        try (GatewayProcess gateway = gateway(Map.of()).start().awaitReady()) {
            gateway.http().post(SNAPSHOT, STOCK, "X-Request-Id", "the-one");
            await().until(() -> gateway.lines().stream().anyMatch(line -> line.matches(
                    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+09:00 INFO  io\\.kisgateway\\.requests: 200 /api/market-data/snapshot 005930 "
                            + "in [0-9.]+ ms \\(queue [0-9.]+, KIS [0-9.]+\\) for .* at 127\\.0\\.0\\.1, request the-one")));
        }
        try (GatewayProcess wrong = gateway(Map.of("LOG_FORMAT", "xml")).start()) {
            Patience.awaitEnd(wrong.process());
            assertThat(wrong.process().exitValue()).isEqualTo(2);
            assertThat(wrong.lines()).anyMatch(line -> line.contains("LOG_FORMAT") && line.contains("TEXT, JSON"));
        }
    }

    /** C-3: what a caller or KIS writes moves no terminal's cursor, turns no text around and begins no line. */
    @Test
    void nothingThatOthersWriteControlsATerminal() throws Exception {
        try (GatewayProcess gateway = gateway(Map.of()).start().awaitReady()) {
            String path =
                    "/forged%1b%5b31m%07%7f%c2%85%e2%80%a8%e2%80%ae%0d%0a2026-01-01T00:00:00.000+09:00 ERROR forged".replace(" ", "%20");
            assertThat(gateway.http().get(path).status()).isEqualTo(404);
            await().until(() -> says(gateway, "/forged") > 0);
            String log = String.join("\n", gateway.lines());
            assertThat(log).doesNotContain("\u001b", "\u0007", "\u007f", "\u0085", "\u2028", "\u202e");
            assertThat(gateway.lines()).noneMatch(line -> line.startsWith("2026-01-01T00:00:00.000"));
        }
    }

    /** C-3: KIS's msg1 reaches the log with the credentials' alarm. */
    @Test
    void nothingThatKisSaysBeginsALine() throws Exception {
        String said =
                "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW00105\",\"error_code\":\"EGW00105\",\"error_description\":\"%1$s\",\"msg1\":\"%1$s\"}"
                        .formatted("forged\\n2026-01-01T00:00:00.000+09:00 ERROR forged \\u001b[31m\\u2028\\u202e");
        HttpServer kis = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        kis.createContext("/", exchange -> {
            byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(403, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        kis.start();
        Map<String, String> settings = Map.of("TRADING_MODE", "REAL", "KIS_BASE_URL", "http://127.0.0.1:" + kis.getAddress().getPort(),
                "KIS_APP_KEY", "k".repeat(36), "KIS_APP_SECRET", "s".repeat(180), "KIS_ACCOUNT_NO", "12345678-01", "REALTIME", "false",
                "LOG_LEVEL", "DEBUG");
        try (GatewayProcess gateway = gateway(settings).start().awaitReady()) {
            assertThat(gateway.http().post(SNAPSHOT, STOCK).code()).isEqualTo("KIS_CREDENTIALS");
            await().until(() -> says(gateway, "forged\\u000a2026-01-01T00:00:00.000") > 0);
            assertThat(String.join("\n", gateway.lines())).doesNotContain("\u001b", "\u2028", "\u202e");
            assertThat(gateway.lines()).noneMatch(line -> line.startsWith("2026-01-01T00:00:00.000"));
        } finally {
            kis.stop(0);
        }
    }

    @Test
    void whyRedisIsNotTrustedIsSaidOnceAndInOneLine(@TempDir Path folder) throws Exception {
        int port = FreePort.next();
        TestCertificate certificate = TestCertificate.in(folder);
        Map<String, String> tls = Map.of("REDIS_URL", "rediss://:s3cret@127.0.0.1:" + port);
        RedisProcess redis = RedisProcess.startTls(port, certificate);
        try (redis; GatewayProcess gateway = gateway(tls).start()) {
            String why = "cannot be reached yet (its certificate is not accepted: unable to find valid certification path";
            await().until(() -> says(gateway, why) > 0);
            await().during(Duration.ofSeconds(2)).until(() -> says(gateway, why) == 1
                    && says(gateway, "\tat ") == 0 && says(gateway, "s3cret") == 0);
            assertThat(gateway.lines().stream().filter(line -> line.contains("cannot be reached yet"))
                    .map(line -> line.substring(line.indexOf("cannot be reached yet")))).doesNotHaveDuplicates();
        }
        Map<String, String> wrong =
                Map.of("REDIS_URL", "rediss://127.0.0.1:" + port, "REDIS_CA_FILE", folder.resolve("none.pem").toString());
        try (GatewayProcess gateway = gateway(wrong).start()) {
            Patience.awaitEnd(gateway.process());
            assertThat(gateway.process().exitValue()).isEqualTo(2);
            assertThat(says(gateway, "REDIS_CA_FILE names a file that cannot be read")).isEqualTo(1);
        }
    }

    private static long says(GatewayProcess gateway, String what) {
        return gateway.lines().stream().filter(line -> line.contains(what)).count();
    }

    @Test
    void aReaderThatReadsNothingHoldsUpNobody() {
        try (GatewayProcess gateway = gateway(Map.of("LOG_LEVEL", "TRACE", "RATE_LIMIT", "10000/second",
                "KIS_ACCOUNT_RATE", "10000/second")).unread().start().awaitReady()) {
            for (int i = 0; i < 300; i++) {
                assertThat(gateway.http().post("/api/market-data/snapshot", "{}").status()).isEqualTo(400);
            }
            assertThat(gateway.http().get("/health/live").status()).isEqualTo(200);
            await().until(() -> {
                gateway.http().post(SNAPSHOT, "{}");
                return gateway.management().get("/metrics").text().lines()
                        .anyMatch(line -> line.startsWith("kis_gateway_log_lines_dropped_total ") && !line.endsWith(" 0.0"));
            });
        }
    }

    /** Keeps every event as it would be written, in both formats. */
    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final LogEncoder people = new LogEncoder();
        private final LogEncoder machines = new LogEncoder();

        Recorder() {
            machines.setFormat("json");
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(new String(people.encode(event), StandardCharsets.UTF_8));
            lines.add(new String(machines.encode(event), StandardCharsets.UTF_8));
        }
    }

    @Test
    void noSecretTokenOrAccountIsEverWrittenNotEvenAtTrace() {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        List<Appender<ILoggingEvent>> usual = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(usual::add);
        Recorder recorder = new Recorder();
        recorder.setContext(loggers);
        recorder.start();
        usual.forEach(root::detachAppender);
        root.addAppender(recorder);
        root.setLevel(Level.TRACE);
        Credentials pair = Credentials.defaults(Mode.REAL);
        String password = "redis-password-never-to-be-seen";
        int redisPort = FreePort.next();
        int simulatorPort;
        try (RedisProcess redis = RedisProcess.start(redisPort, "requirepass " + password);
                Rig rig = Rig.start(options -> options, Mode.REAL, "REDIS_URL", "redis://:" + password + "@127.0.0.1:" + redisPort + "/1",
                        "KIS_READ_TIMEOUT_MS", "400", "CIRCUIT_BREAKER_FAIL_MAX", "5", "KIS_FRONT", "true")) {
            simulatorPort = rig.simulator().port();
            // Clients of KIS name the account in the URL, which libraries log.
            for (String name : List.of("CANO", "%43ano")) {
                assertThat(RawHttp.first(rig.gateway().port(), "GET /uapi/domestic-stock/v1/trading/inquire-balance?" + name + "="
                        + pair.account().substring(0, 8) + "&ACNT_PRDT_CD=01 HTTP/1.1\r\nHost: localhost\r\ntr_id: TTTC8434R\r\n"
                        + "appkey: any\r\nappsecret: any\r\nauthorization: Bearer any\r\n\r\n").text()).contains("rt_cd");
            }
            traffic(rig);
            redis.freeze();
            traffic(rig);
            redis.thaw();
            rig.simulator().tokens().kill();
            traffic(rig);
            rig.simulator().faults().add(Fault.of(Fault.Kind.GARBAGE).times(4));
            rig.simulator().faults().add(Fault.of(Fault.Kind.REPLY_LOST).ms(900).times(2));
            traffic(rig);
        } finally {
            root.setLevel(level);
            root.detachAppender(recorder);
            usual.forEach(root::addAppender);
        }
        assertThat(simulatorPort).isPositive();
        String account = pair.account().substring(0, 8);
        assertThat(recorder.lines).hasSizeGreaterThan(2000);
        for (String loud : List.of("org.apache.camel", "org.apache.hc.client5", "io.netty", "org.redisson", "io.kisgateway.requests")) {
            assertThat(recorder.lines).as(loud).anyMatch(line -> line.contains(loud));
        }
        // The simulator plays KIS and knows the token; nobody else's lines may show it.
        assertThat(recorder.lines).filteredOn(line -> line.contains(pair.appKey()) || line.contains(pair.appSecret())
                || line.contains(account) || line.contains(password) || line.matches("(?s).*Bearer \\S{20,}.*")
                || line.contains(GATEWAY_KEY) || line.contains("eyJ")).isEmpty();
    }

    private static void traffic(Rig rig) {
        Http http = rig.http();
        List<CompletableFuture<Http.Reply>> replies = new ArrayList<>();
        IntStream.range(0, 4)
                .forEach(i -> replies.add(http.postAsync(SNAPSHOT, "{\"stock_code\":\"00593" + i + "\"}", "Prefer", "wait=3")));
        replies.add(http.postAsync("/api/account/balance", "{}"));
        replies.add(http.postAsync("/api/market-data/daily-prices", "{\"stock_code\":\"005930\",\"num_days_to_fetch\":200}"));
        replies.add(http.postAsync("/api/trading/buy", ORDER));
        replies.add(http.postAsync("/api/trading/sell", "{\"stock_code\":\"005930\",\"quantity\":99999}"));
        replies.forEach(CompletableFuture::join);
        http.post(SNAPSHOT, "nonsense");
        http.get("/health?key=" + GATEWAY_KEY);
        rig.management().get("/metrics");
        rig.management().get("/console/data");
    }
}
