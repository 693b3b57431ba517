package io.kisgateway.realtime;

import static io.kisgateway.realtime.KisSocket.code;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.Gateway;
import io.kisgateway.access.TestClients;
import io.kisgateway.call.Scope;
import io.kisgateway.runtime.Sha256;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.RawHttp;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.ScopeTable;
import io.kisgateway.testing.TestFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Clients of KIS on the gateway's port, as they talk in the field (facts 11.1). */
@Execution(ExecutionMode.CONCURRENT)
class KisListenersTest {

    private static final String TRADES = "H0STCNT0";

    private static JsonNode output(JsonNode answer) {
        return answer.path("body").path("output");
    }

    @Test
    void recordsComeOneByOneToWhoeverHasRegisteredThemAndToNobodyElse() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket one = rig.socket();
            KisSocket other = KisSocket.open(rig.gateway().port(), "/");
            JsonNode answer = one.register(TRADES, "005930");
            assertThat(code(answer)).as(answer.toString()).isEqualTo("OPSP0000");
            assertThat(answer.path("header").path("encrypt").asText()).isEqualTo("N");
            assertThat(output(answer).path("iv").asText()).hasSize(16);
            assertThat(output(answer).path("key").asText()).hasSize(32);
            JsonNode others = other.register(TRADES, "000660");
            assertThat(output(others)).isNotEqualTo(output(answer));
            assertThat(output(one.register(TRADES, "035720"))).isEqualTo(output(answer));
            assertThat(rig.registered()).hasSize(3);
            rig.kis.realtime().frames(3);
            rig.kis.realtime().push(TRADES, "005930", 3);
            for (int i = 0; i < 3; i++) {
                assertThat(one.record(TRADES, "005930").split("\\^", -1)).hasSize(46);
            }
            rig.kis.realtime().push(TRADES, "000660", 1);
            other.record(TRADES, "000660");
            assertThat(other.messages()).noneMatch(text -> text.contains("005930"));
            other.close();
        }
    }

    /** Divided all the same, prices stood where codes and times belong, and went to whoever listened to any stock. */
    @Test
    void aFrameOfSeveralRecordsWithTooLittleInItIsNotTold() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket one = rig.socket();
            assertThat(code(one.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            rig.kis.realtime().push(TRADES, "005930", 1);
            String record = one.record(TRADES, "005930").split("\\|", 4)[3];
            String half = record.replaceFirst("\\^[^^]*\\^[^^]*$", "");
            rig.kis.realtime().pushText("0|" + TRADES + "|002|" + record + '^' + half);
            rig.kis.realtime().pushText("0|" + TRADES + "|002|" + half + '^' + record);
            rig.kis.realtime().pushText("0|" + TRADES + "|046|" + record);
            rig.kis.realtime().pushText("0|" + TRADES + "|002|" + record + '^' + record);
            assertThat(one.await("a record", text -> text.startsWith("0|")).split("\\|", 4)[3]).isEqualTo(record);
            assertThat(one.await("the other", text -> text.startsWith("0|")).split("\\|", 4)[3]).isEqualTo(record);
        }
    }

    @Test
    void aRegistrationIsKissUntilTheLastOneLeaves() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket one = rig.socket();
            KisSocket other = rig.socket();
            assertThat(code(one.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            assertThat(code(other.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            assertThat(code(one.register(TRADES, "005930"))).isEqualTo("OPSP0002");
            assertThat(rig.registered()).hasSize(1);
            assertThat(code(one.unregister(TRADES, "005930"))).isEqualTo("OPSP0001");
            assertThat(code(one.unregister(TRADES, "005930"))).isEqualTo("OPSP0003");
            rig.kis.realtime().push(TRADES, "005930", 1);
            other.record(TRADES, "005930");
            other.close();
            RealtimeRig.eventually(() -> assertThat(rig.registered()).isEmpty());
        }
    }

    @Test
    void fortyOneAreTakenAndTheNextIsRefusedToWhoAsks() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket one = rig.socket();
            String key = one.approvalKey();
            for (int i = 0; i < 41; i++) {
                one.send(KisSocket.message(key, "1", i < 21 ? TRADES : "H0STASP0", "%06d".formatted(100 + i % 21)));
            }
            for (int i = 0; i < 41; i++) {
                assertThat(code(one.answer(null, null))).isEqualTo("OPSP0000");
            }
            KisSocket late = rig.socket();
            assertThat(code(late.register(TRADES, "005930"))).isEqualTo("OPSP0008");
            assertThat(code(late.register(TRADES, "000100"))).isEqualTo("OPSP0000");
            assertThat(code(one.unregister("H0STASP0", "000100"))).isEqualTo("OPSP0001");
            assertThat(code(late.register(TRADES, "005930"))).isEqualTo("OPSP0000");
        }
    }

    @Test
    void whoAnswersPingpongInAnySpellingOrNotAtAllStays() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket mojito = rig.socket();
            KisSocket official = rig.socket();
            KisSocket silent = rig.socket();
            mojito.register(TRADES, "005930");
            official.register(TRADES, "005930");
            silent.register(TRADES, "005930");
            for (int i = 0; i < 2; i++) {
                String ping = mojito.await("PINGPONG", text -> text.contains("PINGPONG"));
                assertThat(ping.length()).isLessThanOrEqualTo(125);
                assertThat(KisSocket.json(ping).path("header").path("datetime").asText()).matches("[0-9]{14}");
                mojito.send(ping.replace(":", " : "));
                official.pong(official.await("PINGPONG", text -> text.contains("PINGPONG")));
                silent.await("PINGPONG", text -> text.contains("PINGPONG"));
            }
            for (KisSocket each : new KisSocket[] {mojito, official, silent}) {
                rig.kis.realtime().push(TRADES, "005930", 1);
                each.record(TRADES, "005930");
                assertThat(each.messages()).noneMatch(text -> text.contains("OPSP"));
            }
        }
    }

    @Test
    void whatIsNoRegistrationIsToldSo() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket client = rig.socket();
            String key = client.approvalKey();
            for (String[] wrong : new String[][] {
                {"no json", "OPSP9999"}, {KisSocket.message(key, "1", TRADES, "005930") + "x", "OPSP9999"},
                {KisSocket.message(key, "1", TRADES, "005930").replace("\"tr_type\"", "\"tr_type\":\"2\",\"tr_type\""), "OPSP9999"},
                {"[]", "OPSP0011"}, {"{}", "OPSP0011"}, {KisSocket.message("", "1", TRADES, "005930"), "OPSP0011"},
                {KisSocket.message(key, "3", TRADES, "005930"), "OPSP8993"}, {KisSocket.message(key, "1", "nothing", "005930"), "OPSP8991"},
                {KisSocket.message(key, "1", TRADES, "00593^0"), "OPSP8992"},
                {KisSocket.message(key, "2", TRADES, "005930"), "OPSP0003"}}) {
                client.send(wrong[0]);
                JsonNode answer = client.answer(null, null);
                assertThat(code(answer)).as(wrong[0]).isEqualTo(wrong[1]);
                assertThat(answer.path("body").path("rt_cd").asText()).isNotEqualTo("0");
            }
            assertThat(rig.registered()).isEmpty();
        }
    }

    /** Not with 1000, which clients take for an end that was meant. */
    @Test
    void whoSendsWhatNobodyReadsIsToldThatTheEndIsItsFault() throws Exception {
        try (RealtimeRig rig = RealtimeRig.start()) {
            for (String path : List.of("/", "/api/realtime/ws")) {
                KisSocket client = KisSocket.open(rig.gateway().port(), path);
                client.send("x".repeat(20_000));
                assertThat(client.awaitClosed()).as(path).isEqualTo(1009);
            }
        }
    }

    @Test
    void noticesAreDecryptedAndEncryptedAnewForEachClient() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket one = rig.socket();
            KisSocket other = rig.socket();
            JsonNode first = one.register("H0STCNI0", "trader");
            JsonNode second = other.register("H0STCNI0", "trader");
            assertThat(first.path("header").path("encrypt").asText()).as(first.toString()).isEqualTo("Y");
            rig.kis.realtime().push("H0STCNI0", "trader", 1);
            String[] clear = {decrypted(one, first), decrypted(other, second)};
            assertThat(clear[0]).isEqualTo(clear[1]).contains("^");
        }
    }

    private static String decrypted(KisSocket client, JsonNode answer) {
        String text = client.await("a notice", message -> message.startsWith("1|H0STCNI0|001|"));
        NoticeKey key = NoticeKey.of(output(answer).path("iv").asText(), output(answer).path("key").asText()).orElseThrow();
        return key.decrypt(text.substring(text.lastIndexOf('|') + 1)).orElseThrow();
    }

    @Test
    void aSlowClientIsDroppedAloneAndGivesBackWhatItHad() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket quick = rig.socket();
            quick.register(TRADES, "005930");
            double before = connections(rig);
            KisSocket slow = KisSocket.open(rig.gateway().port(), "/", "any-client", "any-secret", false);
            slow.send(KisSocket.message(slow.approvalKey(), "1", TRADES, "005930"));
            slow.send(KisSocket.message(slow.approvalKey(), "1", TRADES, "000660"));
            RealtimeRig.eventually(() -> assertThat(rig.registered()).hasSize(2));
            RealtimeRig.eventually(() -> {
                rig.kis.realtime().push(TRADES, "005930", 500);
                rig.kis.realtime().push(TRADES, "005930", 500);
                quick.messages().clear();
                assertThat(rig.registered()).hasSize(1);
            });
            rig.kis.realtime().push(TRADES, "005930", 1);
            quick.record(TRADES, "005930");
            assertThat(quick.isClosed()).isFalse();
            RealtimeRig.eventually(() -> assertThat(connections(rig)).isLessThanOrEqualTo(before));
            slow.close();
        }
    }

    private static double connections(RealtimeRig rig) {
        String metrics = new Http("http://127.0.0.1:" + rig.gateway().managementPort()).get("/metrics").text();
        return metrics.lines().filter(line -> line.startsWith("kis_gateway_connections ")).findFirst()
                .map(line -> Double.parseDouble(line.split(" ")[1])).orElseThrow();
    }

    @Test
    void foreignPagesNamesAndBrokenHandshakesGetNoFurther() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            String upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
            String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
            int port = rig.gateway().port();
            assertThat(status(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + upgrade + key + "\r\n")).isEqualTo(101);
            assertThat(status(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n" + upgrade + key + "\r\n"))
                    .isEqualTo(403);
            assertThat(status(port, "GET / HTTP/1.1\r\nHost: evil.example\r\n" + upgrade + key + "\r\n")).isEqualTo(421);
            assertThat(status(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + upgrade + "\r\n")).isEqualTo(400);
        }
    }

    @Test
    void withoutTheFrontThereIsNothingToConnectTo() {
        try (RealtimeRig rig = RealtimeRig.start("KIS_FRONT", "false")) {
            assertThat(status(rig.gateway().port(), "GET /tryitout HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                    .isEqualTo(404);
        }
    }

    private static int status(int port, String request) {
        return RawHttp.first(port, request).status();
    }

    @Test
    void theSimulatorThatComesWithTheGatewaySpeaksItToo() throws Exception {
        try (Gateway gateway = Rig.begin(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "DATA_DIR", TestFolder.create().toString()),
                Clock.systemUTC());
                KisSocket client = KisSocket.open(gateway.port(), "/tryitout")) {
            assertThat(code(client.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            client.record(TRADES, "005930");
        }
    }

    @Test
    void whoMayNotReadTheAccountGetsNoNoticesAndAKeyThatEndsEndsItsConnection() throws Exception {
        String reader = "a-key-of-the-reader-that-is-long-enough";
        Path clients = TestFolder.create().resolve("clients.yaml");
        String line = "clients:\n  - name: reader\n    may: [market:read]\n    keys:\n      - \"sha256:%s\"\n";
        Files.writeString(clients, line.formatted(Sha256.hex(reader, 32)));
        try (RealtimeRig rig = RealtimeRig.start("CLIENTS_FILE", clients.toString());
                KisSocket client = KisSocket.open(rig.gateway().port(), "/tryitout", "reader", reader, true)) {
            assertThat(code(client.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            assertThat(code(client.register("H0STCNI0", "trader"))).isEqualTo("EGW00206");
            client.send(KisSocket.message("00000000-0000-0000-0000-000000000000", "1", TRADES, "000660"));
            assertThat(code(client.answer(TRADES, "000660"))).isEqualTo("OPSP0011");
            assertThat(rig.registered()).hasSize(1);
            Files.writeString(clients, line.formatted(Sha256.hex("another key that is long enough, too", 32)));
            assertThat(client.awaitClosed()).isEqualTo(1008);
            RealtimeRig.eventually(() -> assertThat(rig.registered()).isEmpty());
        }
    }

    @Test
    void aScopeThatIsTakenAwayEndsTheConnectionThatHasUsedIt() throws Exception {
        String reader = "a-key-of-the-reader-that-is-long-enough";
        Path clients = TestFolder.create().resolve("clients.yaml");
        String line = "clients:\n  - name: reader\n    may: [%s]\n    keys:\n      - \"sha256:" + Sha256.hex(reader, 32) + "\"\n";
        Files.writeString(clients, line.formatted("market:read, account:read"));
        try (RealtimeRig rig = RealtimeRig.start("CLIENTS_FILE", clients.toString());
                KisSocket notices = KisSocket.open(rig.gateway().port(), "/tryitout", "reader", reader, true);
                KisSocket trades = KisSocket.open(rig.gateway().port(), "/tryitout", "reader", reader, true)) {
            assertThat(code(notices.register("H0STCNI0", "trader"))).isEqualTo("OPSP0000");
            assertThat(code(trades.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            Files.writeString(clients, line.formatted("market:read"));
            assertThat(notices.awaitClosed()).isEqualTo(1008);
            assertThat(trades.isClosed()).isFalse();
        }
    }

    /** As the table in docs/security.md says. */
    @Test
    void eachScopeAloneListensToWhatTheTableSays() {
        TestClients clients = new TestClients();
        Map<Scope, String> keys = ScopeTable.keys(clients::add);
        List<ScopeTable.Row> rows = ScopeTable.of("WebSocket of KIS");
        assertThat(rows).hasSize(3);
        try (RealtimeRig rig = RealtimeRig.start("CLIENTS_FILE", clients.write().toString())) {
            keys.forEach((scope, key) -> {
                try (KisSocket client = KisSocket.open(rig.gateway().port(), "/", scope.toString().replace(':', '-'), key, true)) {
                    for (ScopeTable.Row row : rows) {
                        assertThat(code(client.register(row.word(0), "005930"))).as("%s with %s", row, scope)
                                .isEqualTo(row.allows(scope) ? "OPSP0000" : "EGW00206");
                    }
                }
            });
        }
    }
}
