package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.simulator.Calls;
import io.kisgateway.simulator.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The front at its port: what is answered here, what goes through, what is refused and how. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrontTest {

    private static final String SECRET = "s".repeat(180);
    private static final String KEY = "k".repeat(36);

    @AutoClose
    private FrontRig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        rig = new FrontRig(folder, Map.of());
    }

    @BeforeEach
    void begin() {
        rig.begin();
        rig.operator("circuit-breaker/reset");
    }

    private FrontRig.Reply oauth(String path, String body) {
        return rig.send(FrontRig.request("POST", path, Map.of("content-type", "text/plain"), body));
    }

    private static String pair(String secretName) {
        return "{\"grant_type\":\"client_credentials\",\"appkey\":\"" + KEY + "\",\"" + secretName + "\":\"" + SECRET + "\"}";
    }

    @Test
    void tokensAreAnsweredHere() throws IOException {
        FrontRig.Reply reply = oauth("/oauth2/tokenP", pair("appsecret"));
        var token = new ObjectMapper().readTree(reply.bytes());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(token.properties()).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("access_token",
                "access_token_token_expired", "token_type", "expires_in");
        assertThat(token.path("expires_in").isIntegralNumber()).isTrue();
        assertThat(token.path("expires_in").asLong()).isBetween(18 * 3600L, 24 * 3600L);
        assertThat(token.path("access_token_token_expired").asText()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
        String jwt = token.path("access_token").asText();
        assertThat(jwt).hasSizeLessThanOrEqualTo(350).matches("[A-Za-z0-9_.-]+");
        assertThat(new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]), StandardCharsets.UTF_8))
                .contains("\"jti\":\"" + KEY + "\"");
        assertThat(oauth("/oauth2/tokenP", pair("appsecret")).body()).contains(jwt);
        assertThat(oauth("/oauth2/revokeP", pair("appsecret")).body()).startsWith("{\"code\":200,\"message\":");
        String approval = oauth("/oauth2/Approval", pair("secretkey")).member("approval_key");
        assertThat(approval).hasSize(36).isEqualTo(oauth("/oauth2/Approval", pair("appsecret")).member("approval_key"));
        assertThat(rig.kis.calls().on("/oauth2")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|EGW00115", "{\"grant_type\":\"x\"}|EGW00116", "no json|EGW00101",
        "{\"grant_type\":\"client_credentials\"}|EGW00102", "{\"grant_type\":\"client_credentials\",\"appkey\":\"k\"}|EGW00104"})
    void tokenRequestsFailInKisOwnForm(String body, String code) {
        FrontRig.Reply reply = oauth("/oauth2/tokenP", body);

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.member("error_code")).isEqualTo(code);
        assertThat(reply.member("error_description")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/oauth2/token", "/oauth2/tokenp", "/oauth2/tokenP/", "/oauth2/x/y"})
    void thereIsNoOtherPathForTokens(String path) {
        for (String body : List.of(pair("appsecret"), "{}", "")) {
            FrontRig.Reply reply = oauth(path, body);
            assertThat(reply.status() + " " + reply.member("error_code")).isEqualTo("404 EGW00202");
        }
    }

    @Test
    void aHashIsMadeHereAndNeverGoesToKis() {
        FrontRig.Reply first = rig.send(FrontRig.request("POST", "/uapi/hashkey", Map.of("appkey", KEY, "appsecret", SECRET),
                "{\"ORD_QTY\":\"1\", \"x\":2}"));
        FrontRig.Reply second = rig.send(FrontRig.request("POST", "/uapi/hashkey", Map.of("appKey", KEY, "appSecret", SECRET),
                "{\"ORD_QTY\":\"1\", \"x\":2}"));

        assertThat(first.body()).startsWith("{\"BODY\":{\"ORD_QTY\":\"1\", \"x\":2},\"HASH\":\"");
        assertThat(first.member("HASH")).matches("[0-9a-f]{64}").isNotEqualTo(second.member("HASH"));
        assertThat(rig.kis.calls().on("hashkey")).isEmpty();
    }

    @Test
    void aQueryGoesAsItCameAndComesBackAsItWas() {
        String query = "fid_cond_mrkt_div_code=J&FID_INPUT_ISCD=005930&z=%5e%2f+x&z=twice";
        Map<String, String> headers = FrontRig.headers("FHKST01010100");
        headers.putAll(Map.of("custtype", "P", "tr_cont", "", "gt_uid", "uid-1", "Cookie", "secret=1", "hashkey", "x", "X-Api-Key", "y"));
        FrontRig.Reply reply = rig.send(FrontRig.request("GET", FrontRig.PRICE + "?" + query, headers, null));

        Calls.Arrival arrival = rig.kis.calls().on("inquire-price").get(0);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.member("stck_shrn_iscd")).isEqualTo("005930");
        assertThat(arrival.query()).isEqualTo(query);
        assertThat(arrival.headers()).contains("gt_uid", "custtype", "tr_id", "tr_cont")
                .doesNotContain("cookie", "hashkey", "x-api-key", "kis-gateway-attempt");
        assertThat(reply.header("tr_id")).isEqualTo("FHKST01010100");
        assertThat(reply.header("tr_cont")).isEmpty();
        assertThat(reply.header("gt_uid")).isEqualTo("uid-1");
        assertThat(reply.headers().keySet()).filteredOn(name -> name.equals(name.toLowerCase(Locale.ROOT)) && name.contains("-")).isEmpty();
        assertThat(reply.headers()).containsKeys("Content-Type", "Content-Length");
    }

    @Test
    void anOrderGoesByteByByteAndIsJournalled() {
        String body =
                "{\"CANO\":\"50123456\" , \"ACNT_PRDT_CD\":\"01\",\"PDNO\":\"005930\",\n\"ORD_DVSN\":\"01\",\"ORD_QTY\":\"2\",\"ORD_UNPR\":\"0\","
                        + "\"CTAC_TLNO\":\"\"}";
        FrontRig.Reply reply = rig.post(FrontRig.CASH, "TTTC0802U", body);

        assertThat(reply.summary()).isEqualTo("200 0 APBK0013");
        assertThat(rig.kis.calls().on("order-cash").get(0).body()).isEqualTo(body);
        assertThat(rig.kis.orders().find(reply.member("ODNO")).orElseThrow().quantity()).isEqualTo(2);
        FrontRig.Reply journal = rig.send(FrontRig.request("GET", "/api/trading/orders?limit=500", Map.of(), null));
        assertThat(journal.body()).contains("\"order_no\":\"" + reply.member("ODNO") + "\"", "\"placed\"", "any-client");
    }

    @ParameterizedTest
    @CsvSource({"GET, TTTC0012U, 500 1 EGW00202", "POST, FHKST01010100, 500 1 EGW00202", "GET, '', 500 1 EGW00310",
        "GET, VTTC8434R, 500 1 EGW02004", "POST, VTTC0012U, 500 1 EGW02004", "PUT, FHKST01010100, 500 1 EGW00202"})
    void whatKisWouldRefuseIsRefusedHere(String method, String trId, String said) {
        FrontRig.Reply reply = rig.send(FrontRig.request(method, FrontRig.CASH, FrontRig.headers(trId.isEmpty() ? null : trId),
                method.equals("GET") ? null : "{}"));

        assertThat(reply.summary()).isEqualTo(said);
        assertThat(rig.kis.calls().on("order-cash")).isEmpty();
        assertThat(reply.header("tr_id")).isEqualTo(trId);
    }

    @Test
    void accountsOfOthersAndBodiesThatAreNoneAreRefused() {
        assertThat(rig.get("/uapi/domestic-stock/v1/trading/inquire-balance?CANO=99999999&ACNT_PRDT_CD=01", "TTTC8434R").summary())
                .isEqualTo("200 2 OPSQ2000");
        assertThat(rig.get("/uapi/x/y?cano=50123456&CANO=1", "TTTC8434R").summary()).isEqualTo("200 2 OPSQ2000");
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", FrontRig.order("005930", 1, 0).replace(FrontRig.ACCOUNT, "50123457")).summary())
                .isEqualTo("200 2 OPSQ2000");
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", "[1]").summary()).isEqualTo("500 1 IGW00007");
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", "{\"CANO\":\"50123456\",\"CANO\":\"1\"}").summary()).isEqualTo("500 1 IGW00007");
        assertThat(rig.kis.calls().on("trading")).isEmpty();
    }

    @Test
    void whoComesWithoutPairOrBearerIsTold() {
        Map<String, String> headers = FrontRig.headers("FHKST01010100");
        headers.remove("authorization");
        assertThat(rig.send(FrontRig.request("GET", FrontRig.PRICE, headers, null)).summary()).isEqualTo("500 1 EGW00121");
        headers.put("authorization", "Basic x");
        assertThat(rig.send(FrontRig.request("GET", FrontRig.PRICE, headers, null)).summary()).isEqualTo("500 1 EGW00205");
        headers.remove("appsecret");
        assertThat(rig.send(FrontRig.request("GET", FrontRig.PRICE, headers, null)).summary()).isEqualTo("500 1 EGW00104");
        headers.remove("appkey");
        assertThat(rig.send(FrontRig.request("GET", FrontRig.PRICE, headers, null)).summary()).isEqualTo("500 1 EGW00102");
        assertThat(rig.get("/uapi/domestic-stock", "FHKST01010100").summary()).isEqualTo("500 1 EGW00202");
        assertThat(rig.get("/oauth2/nothing", null).member("error_code")).isEqualTo("EGW00202");
        assertThat(rig.get("/nothing", null).status()).isEqualTo(404);
    }

    @Test
    void whatKisSaysGoesThroughAndItsTroubleWithUsDoesNot() {
        rig.kis.faults().add(Fault.code("OPSQ2001").onPath("inquire-price"));
        FrontRig.Reply said = rig.get(FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930", "FHKST01010100");
        assertThat(said.summary()).isEqualTo("200 2 OPSQ2001");

        rig.kis.faults().add(Fault.code("EGW00304").onPath("inquire-price"));
        assertThat(rig.get(FrontRig.PRICE + "?a=1", "FHKST01010100").summary()).isEqualTo("500 1 EGW00002");

        rig.kis.faults().add(Fault.of(Fault.Kind.HTML502).onPath("inquire-price").times(9));
        assertThat(rig.get(FrontRig.PRICE + "?a=2", "FHKST01010100").summary()).isEqualTo("500 1 EGW00300");
        rig.kis.faults().clear();
        rig.kis.faults().add(Fault.of(Fault.Kind.RESET_AFTER).onPath("inquire-price").times(9));
        FrontRig.Reply broken = rig.get(FrontRig.PRICE + "?a=3", "FHKST01010100");
        assertThat(broken.summary()).isEqualTo("500 1 EGW00300");
        assertThat(broken.header("Retry-After")).isNotBlank();
    }

    @Test
    void anOrderThatKisRefusesIsToldSoAndOneInDoubtIsHttp200() {
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", FrontRig.order("005930", 900_000, 0)).summary()).isEqualTo("200 7 APBK0952");
        int quantity = 0;
        for (Fault fault : List.of(Fault.code("EGW00301").taken(), Fault.of(Fault.Kind.BLANK500).taken(),
                Fault.of(Fault.Kind.RESET_AFTER))) {
            rig.kis.faults().add(fault.onPath("order-cash"));
            FrontRig.Reply reply = rig.post(FrontRig.CASH, "TTTC0012U", FrontRig.order("000660", ++quantity,
                    rig.kis.market().lowerLimit("000660")));
            assertThat(reply.summary()).isEqualTo("200 1 EGW00302");
            assertThat(reply.body()).contains("직전 거래를 반드시 확인하세요");
        }
    }

    /** Else nobody who looks for a mistake of his own finds it: a body that KIS cannot compose is an order in doubt, too (facts 4.5). */
    @Test
    void anOrderInDoubtIsToldWithWhatKisSaid() {
        rig.kis.faults().add(Fault.code("IGW00007").onPath("order-cash"));
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", FrontRig.order("005930", 77, 0)).member("msg1"))
                .isEqualTo("거래시간이 초과되었습니다. 직전 거래를 반드시 확인하세요. (IGW00007 MCA 전문바디 구성 중 오류가 발생하였습니다.)");
    }

    @Test
    void theAuditSaysWhatWasOrdered() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger audit = (Logger) LoggerFactory.getLogger("io.kisgateway.audit");
        audit.addAppender(lines);
        try {
            long low = rig.kis.market().lowerLimit("005930");
            FrontRig.Reply order = rig.post(FrontRig.CASH, "TTTC0012U", FrontRig.order("005930", 3, low));
            rig.post("/uapi/domestic-stock/v1/trading/order-rvsecncl", "TTTC0013U", "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\","
                    + "\"KRX_FWDG_ORD_ORGNO\":\"\",\"ORGN_ODNO\":\"" + order.member("ODNO") + "\",\"ORD_DVSN\":\"00\","
                    + "\"RVSE_CNCL_DVSN_CD\":\"02\",\"ORD_QTY\":\"0\",\"ORD_UNPR\":\"0\",\"QTY_ALL_ORD_YN\":\"Y\"}");
            await().untilAsserted(() -> assertThat(List.copyOf(lines.list)).extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.contains("side=buy stock_code=005930 quantity=3 price=" + low + " order_type=limit "
                            + "exchange=KRX placed"))
                    .anyMatch(line -> line.contains("side=cancel exchange=KRX order_no=" + order.member("ODNO") + " placed")));
        } finally {
            audit.detachAppender(lines);
        }
    }

    @Test
    void theMistakeOfOneOpensNoBreaker() {
        for (int i = 0; i < 25; i++) {
            rig.get("/uapi/domestic-stock/v1/trading/inquire-daily-ccld?n=" + i, "TTTC8908R");
            rig.get("/uapi/made-up/v1/quotations/nothing" + i, "FHKST01010100");
            rig.post("/uapi/domestic-stock/v1/trading/order-credit", "TTTC0012U", FrontRig.order("005930", i + 1, 0));
            rig.post("/uapi/made-up/v1/trading/order", "TTTC9999U", FrontRig.order("005930", i + 1, 0));
        }
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", FrontRig.order("005930", 1, 0)).summary()).isEqualTo("200 0 APBK0013");
        assertThat(rig.get(FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930", "FHKST01010100").status()).isEqualTo(200);
        assertThat(rig.metrics()).as("whatever callers make up").contains("kis-front-query").doesNotContain("made-up", "nothing1");
    }
}
