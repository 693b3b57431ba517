package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kisgateway.access.TestClients;
import io.kisgateway.order.JournalCommand;
import io.kisgateway.simulator.SimulatorModule;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.SocketReader;
import io.kisgateway.testing.TestFolder;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who did what, what was refused, and from where: from the request to the log and to what the command {@code journal} prints. */
class AuditTest {

    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.kisgateway.audit");

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final TestClients clients = new TestClients();
    private String scout;
    private String buyer;
    private String ops;

    @BeforeEach
    void start() {
        lines.start();
        LOG.addAppender(lines);
        scout = clients.add("scout", "", "may: [\"market:read\"]");
        buyer = clients.add("buyer", "", "may: [buy]", "max_quantity: 5");
        ops = clients.add("ops", "", "may: [admin]");
    }

    @AfterEach
    void stop() {
        LOG.detachAppender(lines);
    }

    private List<String> logged() {
        return List.copyOf(lines.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static String printed(Map<String, String> environment) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(JournalCommand.run(List.of(), environment, new PrintStream(out, true, StandardCharsets.UTF_8), Clock.systemUTC(),
                SimulatorModule::withAccount))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private void everything(Map<String, String> settings) {
        String wrong = "kisgw_scout_" + "x".repeat(43);
        Map<String, String> environment;
        try (Rig rig = Rig.unlimited(settings.entrySet().stream().flatMap(one -> java.util.stream.Stream.of(one.getKey(), one.getValue()))
                .toArray(String[]::new))) {
            environment = new HashMap<>(Rig.inFrontOf(rig.simulator()));
            environment.putAll(settings);
            // What the document says of each path does not know of other sites.
            Http http = new Http("http://127.0.0.1:" + rig.gateway().port());
            String placed = http.post("/api/trading/buy", ORDER, "X-API-Key", buyer).at("/order_no").asText();
            assertThat(http.post("/api/trading/buy", ORDER.replace(":1}", ":6}"), "X-API-Key", buyer).status()).isEqualTo(403);
            assertThat(http.post("/api/trading/sell", ORDER, "X-API-Key", scout).status()).isEqualTo(403);
            assertThat(http.get("/api/trading/orders").status()).isEqualTo(401);
            for (int i = 0; i < 12; i++) {
                assertThat(http.send(http.request("/stats").header("X-API-Key", wrong).GET()).status()).isEqualTo(i < 10 ? 401 : 429);
            }
            assertThat(http.send(http.request("/health").header("Origin", "http://elsewhere.test").GET()).status()).isEqualTo(403);
            assertThat(rig.management().post("/admin/trading/halt", "", "X-API-Key", scout).status()).isEqualTo(403);
            assertThat(rig.management().post("/admin/trading/halt", "", "X-API-Key", ops).status()).isEqualTo(200);
            assertThat(http.post("/api/trading/buy", ORDER, "X-API-Key", buyer).code()).isEqualTo("TRADING_HALTED");
            assertThat(rig.management().post("/admin/trading/resume", "", "X-API-Key", ops).status()).isEqualTo(200);
            // C-10: Jolokia pauses routes; who it was is told.
            assertThat(rig.management().post("/jolokia", "{\"type\":\"exec\",\"mbean\":\"org.apache.camel:context=kis-gateway,type=routes,"
                    + "name=\\\"trading-sell\\\"\",\"operation\":\"suspend()\"}", "X-API-Key", ops).status()).isEqualTo(200);

            String at = " at 127\\.0\\.0\\.1: ";
            for (String line : List.of("Order by buyer" + at + "trading-buy side=buy .*quantity=1 .*placed.*request .+",
                    "Refusal by buyer" + at + "trading-buy .*refused FORBIDDEN.*",
                    "Refusal by scout" + at + "trading-sell refused FORBIDDEN.*",
                    "Refusal by nobody known" + at + "trading-orders refused UNAUTHENTICATED.*",
                    "Refusal by nobody known" + at + "stats refused UNAUTHENTICATED.*",
                    "Refusal by nobody known" + at + "stats refused RATE_LIMITED.*",
                    "Refusal by nobody known" + at + "/health refused FORBIDDEN.*",
                    "Refusal by scout" + at + "POST /admin/trading/halt refused FORBIDDEN",
                    "Operator ops" + at + "/admin/trading/halt done",
                    "Order by buyer" + at + "trading-buy .*not_placed TRADING_HALTED.*", "Operator ops" + at + "/admin/trading/resume done",
                    "Operator ops" + at + "/jolokia exec .*trading-sell.* suspend\\(\\) asked for")) {
                await().untilAsserted(() -> assertThat(logged()).as(line).anyMatch(said -> said.matches(line)));
            }
            assertThat(logged())
                    .noneMatch(said -> said.contains(wrong) || said.contains(scout) || said.contains(buyer) || said.contains(ops));
            assertThat(placed).isNotEmpty();
        }
        // Counted refusals are written when the gateway ends, or after a minute.
        String journal = printed(environment);
        String line = "(?s).*\n[0-9:.]+ +";
        for (String expected : List.of("placed +buy +005930 +1 +market +[0-9]{10} +buyer .*",
                "refusal +buyer +127.0.0.1 +1 +trading-buy: FORBIDDEN.*",
                "refusal +scout +127.0.0.1 +1 +trading-sell: FORBIDDEN.*", "refusal +- +127.0.0.1 +1 +trading-orders: UNAUTHENTICATED.*",
                "refusal +- +127.0.0.1 +[0-9]+ +stats: UNAUTHENTICATED.*", "refusal +- +127.0.0.1 +1 +stats: RATE_LIMITED.*",
                "refusal +- +127.0.0.1 +1 +/health: FORBIDDEN.*", "refusal +scout +127.0.0.1 +1 +POST /admin/trading/halt: FORBIDDEN.*",
                "action +ops +127.0.0.1 +1 +/admin/trading/halt: done.*",
                "order +buyer +127.0.0.1 +1 +trading-buy .*: not_placed TRADING_HALTED.*",
                "action +ops +127.0.0.1 +1 +/admin/trading/resume: done.*", "action +ops +127.0.0.1 +1 +/jolokia exec .*")) {
            assertThat(journal).as(expected).matches(line + expected);
        }
        assertThat(journal).doesNotContain(wrong, scout, buyer, ops);
    }

    @Test
    void allIsInTheLogAndInTheFilesJournal() {
        everything(Map.of("CLIENTS_FILE", clients.write().toString(), "DATA_DIR", TestFolder.create().toString()));
    }

    @Test
    void allIsInTheLogAndInTheJournalInRedis() throws Exception {
        try (RedisProcess redis = RedisProcess.start(FreePort.next())) {
            everything(Map.of("CLIENTS_FILE", clients.write().toString(), "REDIS_URL", "redis://127.0.0.1:" + redis.port()));
        }
    }

    /** On connections that stay, too. */
    @Test
    void whatAWebSocketIsRefusedIsToldAsWell() {
        try (Rig rig = Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "KIS_FRONT", "true", "KIS_HTS_ID", "trader01");
                SocketReader json = SocketReader.open(rig.gateway().port(), "/api/realtime/ws", "X-API-Key", scout);
                SocketReader kis = SocketReader.open(rig.gateway().port(), "/tryitout")) {
            json.say("{\"subscribe\":{\"kinds\":[\"fills\"]}}");
            String key = rig.http().post("/oauth2/Approval",
                    "{\"grant_type\":\"client_credentials\",\"appkey\":\"scout\",\"secretkey\":\"" + scout + "\"}").at("/approval_key")
                    .asText();
            for (int i = 0; i < 100; i++) {
                kis.say(registration("made up", "H0STCNT0"));
            }
            kis.say(registration(key, "H0STCNI0"));
            String at = " at 127\\.0\\.0\\.1: ";
            for (String line : List.of("Refusal by scout" + at + "WebSocket /api/realtime/ws refused FORBIDDEN",
                    "Refusal by nobody known" + at + "WebSocket of KIS H0STCNT0 refused UNAUTHENTICATED",
                    "Refusal by scout" + at + "WebSocket of KIS H0STCNI0 refused FORBIDDEN")) {
                await().untilAsserted(() -> assertThat(logged()).as(line).anyMatch(said -> said.matches(line)));
            }
            assertThat(logged()).as("the rest is a number").filteredOn(said -> said.contains("UNAUTHENTICATED")).hasSize(1);
        }
        assertThat(logged()).anyMatch(said -> said.endsWith("WebSocket of KIS H0STCNT0 refused UNAUTHENTICATED 99 times"));
    }

    private static String registration(String approvalKey, String trId) {
        return "{\"header\":{\"approval_key\":\"" + approvalKey + "\",\"custtype\":\"P\",\"tr_type\":\"1\"},"
                + "\"body\":{\"input\":{\"tr_id\":\"" + trId + "\",\"tr_key\":\"005930\"}}}";
    }
}
