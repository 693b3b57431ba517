package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.runtime.Sha256;
import io.kisgateway.simulator.SimulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
