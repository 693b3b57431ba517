package io.kisgateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.Gateway;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console's first line tells what is wrong, and health, metrics and callers tell the same. */
class FindingsTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String STOCK = "{\"stock_code\":\"005930\"}";
    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";

    @BeforeAll
    static void showBeans() {
        Rig.showBeans();
    }

    private static JsonNode first(Rig rig) {
        return rig.management().get("/console/data").at("/findings/0");
    }

    private static void awaitFirst(Rig rig, String code) {
        await().untilAsserted(() -> assertThat(first(rig).path("code").asText()).isEqualTo(code));
    }

    private static double metric(Rig rig, String name) {
        return rig.management().get("/metrics").text().lines().filter(line -> line.startsWith(name + " ")).findFirst()
                .map(line -> Double.parseDouble(line.substring(name.length() + 1))).orElseThrow();
    }

    private static void jmx(Rig rig, String operation) {
        String mbean = rig.bean("org.apache.camel:type=routes,name=\"market-data-snapshot\",*");
        Http.Reply reply = rig.management().post("/jolokia",
                "{\"type\":\"exec\",\"mbean\":\"" + mbean + "\",\"operation\":\"" + operation + "\",\"arguments\":[]}");
        assertThat(reply.json().path("status").asInt()).as(reply.text()).isEqualTo(200);
    }

    @Test
    void whileRedisIsAwayEveryOrderIsRefusedAndTheFirstLineSaysSo() {
        try (DurableRedis redis = DurableRedis.start(); Rig rig = Rig.start(options -> options, Mode.REAL, "REDIS_URL", redis.url())) {
            await().until(() -> rig.http().post("/api/trading/buy", ORDER).status() == 200);
            await().untilAsserted(() -> assertThat(rig.management().get("/console/data").at("/findings")).isEmpty());
            assertThat(metric(rig, "kis_gateway_journal_writable")).isEqualTo(1);

            redis.kill();
            assertThat(rig.http().post("/api/trading/buy", ORDER).code()).isEqualTo("JOURNAL_UNAVAILABLE");
            awaitFirst(rig, "journal-away");
            assertThat(first(rig).path("level").asText()).isEqualTo("serious");
            Http.Reply health = rig.http().get("/health");
            assertThat(health.at("/status").asText()).isEqualTo("degraded");
            assertThat(health.at("/orders/journal/writable").booleanValue()).isFalse();
            assertThat(health.at("/orders/journal/why").asText()).isNotBlank();
            assertThat(metric(rig, "kis_gateway_journal_writable")).isZero();
        }
    }

    /** The troubleshooting said that it does not start. */
    @Test
    void aDataDirThatIsNoFolderLetsQueriesPassAndNoOrder(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (Rig rig = Rig.start(options -> options, Mode.REAL, "DATA_DIR", file.toString())) {
            awaitFirst(rig, "journal-away");
            Http.Reply health = rig.http().get("/health");
            assertThat(health.at("/status").asText()).isEqualTo("degraded");
            assertThat(health.at("/orders/journal/why").asText()).isEqualTo("a file where a folder should be: " + file);
            assertThat(rig.http().post(SNAPSHOT, STOCK).status()).isEqualTo(200);
            assertThat(rig.http().post("/api/trading/buy", ORDER).code()).isEqualTo("JOURNAL_UNAVAILABLE");
        }
    }

    /** Only calls noticed it: without one Redis was said to be well for ever, whatever asked. */
    @Test
    void thatRedisIsAwayIsSeenThoughNobodyCalls() {
        try (DurableRedis redis = DurableRedis.start(); Rig rig = Rig.start(options -> options, Mode.REAL, "REDIS_URL", redis.url())) {
            assertThat(metric(rig, "kis_gateway_redis_up")).isEqualTo(1);

            redis.kill();
            await().untilAsserted(() -> assertThat(metric(rig, "kis_gateway_redis_up")).isZero());
            assertThat(rig.management().get("/console/data").at("/findings").findValuesAsText("code")).contains("redis-away");
        }
    }

    @Test
    void aPausedRouteIsTheOperatorsDoing() {
        try (Rig rig = Rig.unlimited()) {
            for (String[] way : new String[][] {{"suspend()", "resume()"}, {"stop()", "start()"}}) {
                jmx(rig, way[0]);
                awaitFirst(rig, "paused");
                assertThat(first(rig).at("/values/endpoints").asText()).isEqualTo("market-data-snapshot");
                assertThat(rig.http().get("/health").at("/routes/paused/0").asText()).isEqualTo("market-data-snapshot");
                assertThat(rig.http().get("/health").at("/status").asText()).isEqualTo("degraded");
                assertThat(metric(rig, "kis_gateway_routes_paused")).isEqualTo(1);
                Http.Reply refused = rig.http().post(SNAPSHOT, STOCK);
                assertThat(refused.code()).as(way[0]).isEqualTo("PAUSED");
                assertThat(refused.at("/detail").asText()).isEqualTo("This endpoint is paused by an operator");
                jmx(rig, way[1]);
                assertThat(rig.http().post(SNAPSHOT, STOCK).status()).isEqualTo(200);
                assertThat(rig.http().get("/health").at("/status").asText()).isEqualTo("ok");
            }
        }
    }

    @Test
    void aBrokenRouteFileIsNamedWithItsReason(@TempDir Path folder) throws IOException {
        try (Rig rig = Rig.unlimited("ROUTES_DIR", folder.toString(), "ROUTES_RELOAD", "true")) {
            Files.writeString(folder.resolve("broken.camel.yaml"), "- route:\n    id: x\n");
            awaitFirst(rig, "routes-broken");
            assertThat(first(rig).at("/values/file").asText()).endsWith("broken.camel.yaml");
            assertThat(first(rig).at("/values/said").asText()).isNotBlank();
            assertThat(metric(rig, "kis_gateway_routes_failed")).isPositive();
        }
    }

    @Test
    void aBreakerForcedOpenIsTheOperatorsAndOrdersThatFailAreTold() {
        try (Rig rig = Rig.unlimited()) {
            assertThat(rig.management().post("/admin/circuit-breaker/force-open", "").status()).isEqualTo(200);
            Reply refused = rig.http().post("/api/trading/buy", ORDER);
            assertThat(refused.code()).isEqualTo("CIRCUIT_OPEN");
            // Callers were told that KIS had failed.
            assertThat(refused.at("/detail").asText()).contains("an operator");
            JsonNode findings = rig.management().get("/console/data").at("/findings");
            assertThat(findings.findValuesAsText("code")).contains("forced-open", "orders-fail");
            assertThat(first(rig).path("cause").asText()).isEqualTo("operator");
            assertThat(camelHealth(rig, "HealthChecksIDs").toString()).contains("kis", "redis", "token", "journal");
            assertThat(camelHealth(rig, "Healthy").booleanValue()).isFalse();
            rig.management().post("/admin/circuit-breaker/reset", "");
            assertThat(camelHealth(rig, "Healthy").booleanValue()).isTrue();
        }
    }

    private static JsonNode camelHealth(Rig rig, String attribute) {
        return rig.management().post("/jolokia", "{\"type\":\"read\",\"mbean\":\"" + rig.bean("org.apache.camel:type=health,*")
                + "\",\"attribute\":\"" + attribute + "\"}").json().path("value");
    }

    /** Its code alone does not say why KIS said no. */
    @Test
    void besideARejectionStandsWhatKisSaid() {
        try (Rig rig = Rig.unlimited()) {
            Http.Reply refused = rig.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":90000000}");
            assertThat(refused.code()).isEqualTo("KIS_REJECTED");
            JsonNode call = rig.management().get("/console/data").at("/recent_requests/0");
            assertThat(call.path("code").asText()).isEqualTo("KIS_REJECTED");
            assertThat(call.path("kis").asText()).isNotBlank().isEqualTo(refused.at("/kis/msg1").asText());
        }
    }

    @Test
    void theManagementPortLeadsToTheConsole() {
        try (Rig rig = Rig.unlimited()) {
            assertThat(rig.management().get("/").header("Location")).isEqualTo("/console");
        }
    }

    @Test
    void aSimulatorThatOtherMachinesReachIsAFinding() throws Exception {
        try (Gateway gateway =
                Gateway.start(Map.of("TRADING_MODE", "SIM", "HOST", "0.0.0.0", "PORT", "0", "MANAGEMENT_PORT", "0", "DATA_DIR",
                        TestFolder.create().toString()))) {
            JsonNode findings = new Http("http://127.0.0.1:" + gateway.managementPort()).get("/console/data").at("/findings");
            assertThat(findings.findValuesAsText("code")).contains("open-play");
        }
    }
}
