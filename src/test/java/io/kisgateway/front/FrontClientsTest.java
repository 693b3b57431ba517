package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.access.TestClients;
import io.kisgateway.runtime.Sha256;
import io.kisgateway.simulator.SimulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with pairs of KIS's shape. */
class FrontClientsTest {

    private static final String PRICE = FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930";

    private static final String OWN_SECRET = SimulatorOptions.builder().build().credentials().appSecret();

    @TempDir
    private Path folder;

    private record Pair(String key, String secret, String line) {}

    private static Pair made(String mode) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(KisPair.isMeant(List.of("bot", "--kis"))).isTrue();
        KisPair.command(List.of("bot", "--kis"), Map.of("TRADING_MODE", mode), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(out, true, StandardCharsets.UTF_8));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        return new Pair(lines.get(1).substring(10), lines.get(2).substring(10), lines.get(4));
    }

    private static String summary(FrontRig rig, String method, String target, String trId, String key, String secret, String body) {
        Map<String, String> headers = FrontRig.headers(trId);
        headers.put("appkey", key);
        headers.put("appsecret", secret);
        return rig.send(FrontRig.request(method, target, headers, body)).summary();
    }

    @Test
    void aPairIsAsLongAsKisAndOpensWhatItsScopesSay() throws Exception {
        Pair pair = made("REAL");
        Pair other = made("REAL");
        Pair virtual = made("MOCK");
        assertThat(pair.key()).hasSize(36).startsWith("PSGW");
        assertThat(pair.secret()).hasSize(180).matches("[A-Za-z0-9+/=]+");
        assertThat(virtual.key()).startsWith("VTGW");
        Files.writeString(folder.resolve("clients.yaml"), "clients:\n  - name: bot\n    keys:\n" + pair.line()
                + "\n    may: [market:read, sell, cancel]\n");
        try (FrontRig rig = new FrontRig(folder.resolve("data"), Map.of("CLIENTS_FILE", folder.resolve("clients.yaml").toString()))) {
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", pair.key(), pair.secret(), null)).isEqualTo("200 0 MCA00000");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", pair.key(), other.secret(), null)).isEqualTo("500 1 EGW00304");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", other.key(), pair.secret(), null)).isEqualTo("500 1 EGW00304");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", "nobody", pair.secret(), null)).isEqualTo("500 1 EGW00103");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", virtual.key(), virtual.secret(), null)).isEqualTo("500 1 EGW02004");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", "bot", pair.secret(), null)).isEqualTo("200 0 MCA00000");
            String gatewaysOwn = rig.kis.options().credentials().appKey();
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", gatewaysOwn, rig.kis.options().credentials().appSecret(), null))
                    .isEqualTo("500 1 EGW00103");

            assertThat(summary(rig, "POST", FrontRig.CASH, "TTTC0012U", pair.key(), pair.secret(), FrontRig.order("005930", 1, 0)))
                    .isEqualTo("500 1 EGW00206");
            assertThat(summary(rig, "POST", FrontRig.CASH, "TTTC0011U", pair.key(), pair.secret(), FrontRig.order("005930", 1, 0)))
                    .isEqualTo("200 0 APBK0013");
            assertThat(summary(rig, "GET", "/uapi/domestic-stock/v1/trading/inquire-balance", "TTTC8434R", pair.key(), pair.secret(), null))
                    .isEqualTo("500 1 EGW00206");
            assertThat(rig.kis.orders().list()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"/oauth2/tokenP", "/oauth2/Approval", "/oauth2/revokeP"})
    void aWrongPairGetsNoToken(String path) throws Exception {
        Pair pair = made("REAL");
        Files.writeString(folder.resolve("clients.yaml"),
                "clients:\n  - name: bot\n    keys:\n" + pair.line() + "\n    may: [market:read]\n");
        try (FrontRig rig = new FrontRig(folder.resolve("data"), Map.of("CLIENTS_FILE", folder.resolve("clients.yaml").toString()))) {
            assertThat(oauth(rig, path, pair.key(), pair.secret())).isEqualTo("200 null");
            assertThat(oauth(rig, path, pair.key(), made("REAL").secret())).isEqualTo("403 EGW00105");
            assertThat(oauth(rig, path, "nobody", pair.secret())).isEqualTo("403 EGW00103");
            assertThat(oauth(rig, path, made("MOCK").key(), pair.secret())).isEqualTo("403 EGW02004");
        }
    }

    private static String oauth(FrontRig rig, String path, String key, String secret) {
        FrontRig.Reply reply = rig.send(FrontRig.request("POST", path, Map.of("content-type", "application/json"),
                "{\"grant_type\":\"client_credentials\",\"appkey\":\"" + key + "\",\"appsecret\":\"" + secret + "\"}"));
        return reply.status() + " " + reply.member("error_code");
    }

    @Test
    void aRealPairInVirtualTradingIsToldSo() throws Exception {
        Pair virtual = made("MOCK");
        Pair real = made("REAL");
        Files.writeString(folder.resolve("clients.yaml"),
                "clients:\n  - name: bot\n    keys:\n" + virtual.line() + "\n    may: [market:read]\n");
        try (FrontRig rig = FrontRig.virtual(folder.resolve("data"), Map.of("CLIENTS_FILE", folder.resolve("clients.yaml").toString()))) {
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", virtual.key(), virtual.secret(), null)).startsWith("200 0");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", real.key(), real.secret(), null)).isEqualTo("500 1 EGW02007");
        }
    }

    @Test
    void theGatewaysOwnPairIsWhoseTheFileSaysItIs() throws Exception {
        Files.writeString(folder.resolve("clients.yaml"), "clients:\n  - name: bot\n    keys:\n" + made("REAL").line()
                + "\n      - \"sha256:" + Sha256.hex(OWN_SECRET, 32) + "\"\n    may: [market:read]\n");
        try (FrontRig rig = new FrontRig(folder.resolve("data"), Map.of("CLIENTS_FILE", folder.resolve("clients.yaml").toString()))) {
            String own = rig.kis.options().credentials().appKey();
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", own, OWN_SECRET, null)).isEqualTo("200 0 MCA00000");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", own, OWN_SECRET + "x", null)).isEqualTo("500 1 EGW00103");
            assertThat(summary(rig, "GET", PRICE, "FHKST01010100", made("REAL").key(), OWN_SECRET, null)).isEqualTo("500 1 EGW00304");
        }
    }

    /** First come, first served would have the calm one last of all. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneClientsFloodHoldsUpNoOther(boolean known) throws Exception {
        TestClients clients = new TestClients();
        String flood = clients.add("flood", "", "may: [\"market:read\"]");
        String calm = clients.add("calm", "", "may: [\"market:read\"]");
        Map<String, String> settings = new HashMap<>(Map.of("RATE_LIMIT_KIS", "3/second", "RATE_LIMIT_MAX_WAIT", "30", "SHUTDOWN_TIMEOUT",
                "0"));
        if (known) {
            settings.put("CLIENTS_FILE", clients.write().toString());
        }
        List<Socket> waiting = new ArrayList<>();
        try (FrontRig rig = new FrontRig(folder.resolve("data"), settings)) {
            Map<String, String> headers = FrontRig.headers("FHKST01010100");
            headers.put("appkey", "flood");
            headers.put("appsecret", flood);
            for (int i = 0; i < 40; i++) {
                waiting.add(rig.open(FrontRig.request("GET", PRICE + "&n=" + i, headers, null)));
            }
            await().until(() -> queued(rig) > 20);

            assertThat(summary(rig, "GET", PRICE + "&n=calm", "FHKST01010100", "calm", calm, null)).isEqualTo("200 0 MCA00000");

            assertThat(queued(rig)).as("those who came before and wait still").isGreaterThan(4);
        } finally {
            for (Socket one : waiting) {
                one.close();
            }
        }
    }

    private static double queued(FrontRig rig) {
        return rig.metrics().lines().filter(line -> line.startsWith("kis_gateway_queue_length{endpoint=\"kis-front-query\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ')))).findFirst().orElseThrow();
    }
}
