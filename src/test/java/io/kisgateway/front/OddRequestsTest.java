package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.simulator.Calls;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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

/** Requests that are none of a client's: what they get is still JSON in KIS's form, and nothing goes past a rule. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddRequestsTest {

    private static final String RESERVE = "/uapi/domestic-stock/v1/trading/order-resv";

    @AutoClose
    private FrontRig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        rig = new FrontRig(folder, Map.of("MAX_ORDER_QUANTITY", "5"));
    }

    @BeforeEach
    void begin() {
        rig.begin();
    }

    private FrontRig.Reply post(String path, String trId, String members) {
        return rig.post(path, trId,
                "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"PDNO\":\"005930\",\"ORD_DVSN\":\"01\",\"ORD_UNPR\":\"0\","
                        + members + "}");
    }

    /** A purchase that says it is a cancellation would pass halt, bounds and scopes. */
    @ParameterizedTest
    @CsvSource({"TTTC0012U, RVSE_CNCL_DVSN_CD", "TTTC0802U, RVSE_CNCL_DVSN_CD", "TTTC0012U, rvse_cncl_dvsn_cd"})
    void noPurchaseCallsItselfACancellation(String trId, String name) {
        assertThat(post(FrontRig.CASH, trId, "\"ORD_QTY\":\"99\",\"" + name + "\":\"02\"").summary()).isEqualTo("200 7 KGW00002");
        assertThat(post(FrontRig.CASH + "/order-rvsecncl", trId, "\"ORD_QTY\":\"99\",\"" + name + "\":\"02\"").summary())
                .isEqualTo("200 7 KGW00002");
        assertThat(post(RESERVE, "CTSC0008U", "\"ORD_QTY\":\"99\",\"" + name + "\":\"02\"").summary()).isEqualTo("200 7 KGW00002");
        assertThat(rig.kis.calls().total()).isZero();
    }

    /** KIS may read either spelling. */
    @Test
    void whatIsSpeltTwiceIsNoCancellation() {
        assertThat(post("/uapi/domestic-stock/v1/trading/order-rvsecncl", "TTTC0013U",
                "\"RVSE_CNCL_DVSN_CD\":\"02\",\"rvse_cncl_dvsn_cd\":\"01\",\"ORD_QTY\":\"99\",\"QTY_ALL_ORD_YN\":\"N\"").summary())
                .isEqualTo("200 7 KGW00002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/uapi/../api/trading/buy?quantity=9", "/uapi/%2e%2e/api/trading/buy?quantity=9", "/api/uapi/x?quantity=9"})
    void otherPathsHaveNoQueryByTheFrontsRule(String path) {
        FrontRig.Reply reply = rig.send(FrontRig.request("POST", path, Map.of("Content-Type", "application/json"),
                "{\"stock_code\":\"005930\",\"quantity\":1}"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("leave the query string out");
        assertThat(rig.kis.calls().total()).isZero();
    }

    /** Nobody knows whether KIS would look at it rather than at the body. */
    @ParameterizedTest
    @ValueSource(strings = {"CANO=99999999", "CANO=50123456", "ORD_QTY=99", "FID_INPUT_ISCD=005930&ord_qty=99", "x", "=", "FID_X=%zz"})
    void anOrderIsInItsBodyAlone(String query) {
        assertThat(post(FrontRig.CASH + '?' + query, "TTTC0012U", "\"ORD_QTY\":\"1\"").summary()).isEqualTo("500 1 EGW00101");
        assertThat(rig.kis.calls().total()).isZero();
    }

    /** Some clients end every path with a question mark. */
    @Test
    void aQuestionMarkAloneIsNoQuery() {
        assertThat(post(FrontRig.CASH + "?", "TTTC0012U", "\"ORD_QTY\":\"1\"").summary()).isEqualTo("200 0 APBK0013");
        assertThat(rig.ordersAtKis()).isOne();
    }

    /** What stands between them and KIS could take them for anything. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0001", "\u001b", "\u007f"})
    void aQueryHasNoControlCharacters(String value) {
        assertThat(rig.get(FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&X=" + value, "FHKST01010100").summary())
                .isEqualTo("500 1 EGW00101");
        assertThat(rig.kis.calls().total()).isZero();
    }

    /** Bytes that nobody escaped: a question mark in their place would be another question. */
    @ParameterizedTest
    @ValueSource(strings = {"삼성", "\u0080\u009f\u00ff", "^|\"<>{}[]\\\\`", "%C7%D1", "a+b%20c", "1&A=2&&B=&C"})
    void aQueryGoesOnByteByByte(String value) {
        byte[] query = FrontRig.request("GET", FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&X=" + value,
                FrontRig.headers("FHKST01010100"), null);
        assertThat(rig.send(query).status()).isEqualTo(200);
        List<Calls.Arrival> arrived = rig.kis.calls().on("inquire-price");
        assertThat(arrived.get(arrived.size() - 1).query().getBytes(StandardCharsets.ISO_8859_1))
                .endsWith(("&X=" + value).getBytes(StandardCharsets.UTF_8));
    }

    /** Wherever it stands. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"input\":{\"CANO\":\"99999999\"}}",
        "{\"body\":[{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"03\"}]}", "{\"CANO\":[\"99999999\"]}"})
    void anotherAccountIsRefused(String body) {
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", body).summary()).isEqualTo("200 2 OPSQ2000");
        assertThat(rig.kis.calls().total()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 500", "OPTIONS, 500", "PUT, 500", "DELETE, 500", "PATCH, 500", "TRACE, 500"})
    void otherMethodsAreAnsweredInKisForm(String method, int status) throws IOException {
        for (String path : List.of("/uapi/domestic-stock/v1/quotations/inquire-price", "/oauth2/tokenP")) {
            try (Socket socket = rig.open(FrontRig.request(method, path, FrontRig.headers("FHKST01010100"), null))) {
                FrontRig.Reply reply = FrontRig.read(socket, !method.equals("HEAD"));
                assertThat(reply.status()).isEqualTo(path.startsWith("/uapi") ? status : 403);
                assertThat(reply.header("Content-Type")).startsWith("application/json");
                if (!method.equals("HEAD")) {
                    assertThat(reply.member(path.startsWith("/uapi") ? "msg_cd" : "error_code")).isEqualTo("EGW00202");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/uapi", "/uapi/", "/uapix/y", "/oauth2", "/oauth2/", "/oauth2x", "/uapi/domestic-stock/v1/%2e%2e%2fapi",
        "/uapi/a%2Fb", "/uapi/a;b/c", "/uapi/a%00b", "/uapi/a/%ED%95%9C", "/uapi/domestic-stock/v1/quotations/inquire-price/",
        "/uapi/..%2f..%2fetc"})
    void pathsThatAreNone(String path) {
        for (String method : List.of("GET", "POST")) {
            Map<String, String> headers = FrontRig.headers(method.equals("GET") ? "FHKST01010100" : "TTTC0012U");
            FrontRig.Reply reply = rig.send(FrontRig.request(method, path, headers,
                    method.equals("GET") ? null : "{\"grant_type\":\"client_credentials\",\"appkey\":\"k\",\"appsecret\":\"s\"}"));
            assertThat(reply.status()).as(method + " " + path + " " + reply.body()).isIn(404, 500, 403);
            assertThat(reply.body()).as(method + " " + path).doesNotContain("INTERNAL").contains("\"");
            if (path.startsWith("/uapi/")) {
                assertThat(reply.code()).as(method + " " + path).isEqualTo("EGW00202");
            }
        }
        assertThat(rig.kis.calls().total()).isZero();
    }

    @Test
    void pathsThatLeaveTheFrontAreTheOthersBusiness() {
        assertThat(rig.get("/uapi/../api/trading/orders", null).body()).contains("\"success\":true");
        assertThat(rig.get("/uapi/%2e%2e/health/live", null).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tttc0012u", "TTTC0012U ", "TTTC0012U\u000bX", "TTTC0012U,FHKST01010100", "한글", "TTTC0012U\tX"})
    void oddTrIdsOfAQuery(String trId) {
        FrontRig.Reply reply = rig.get(FrontRig.PRICE + "?a=1", trId);
        assertThat(reply.status()).as(reply.body()).isIn(400, 500);
        assertThat(reply.body()).doesNotContain("INTERNAL");
        assertThat(rig.kis.calls().total()).isZero();
    }

    /** What stands between a client and the gateway may go by the other one. */
    @ParameterizedTest
    @CsvSource({"TTTC0011U, 500 1 EGW00310", "FHKST01010100, 500 1 EGW00310", "TTTC0012U, 200 0 APBK0013"})
    void ofTwoTrIdsNoneIsChosen(String second, String answer) {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("TR_ID", second);
        headers.put("Content-Type", "application/json");
        assertThat(rig.send(FrontRig.request("POST", FrontRig.CASH, headers, FrontRig.order("005930", 1, 0))).summary()).isEqualTo(answer);
        assertThat(rig.ordersAtKis()).isEqualTo(answer.startsWith("200") ? 1 : 0);
    }

    @Test
    void bodiesThatAreTooLargeOrBroken() throws IOException {
        String large = "{\"CANO\":\"" + "9".repeat(70_000) + "\"}";
        assertThat(rig.post(FrontRig.CASH, "TTTC0012U", large).summary()).isEqualTo("500 1 IGW00007");
        assertThat(rig.send(FrontRig.request("POST", "/oauth2/tokenP", Map.of(), large)).member("error_code")).isEqualTo("IGW00007");
        Map<String, String> chunked = FrontRig.headers("TTTC0012U");
        chunked.put("Transfer-Encoding", "chunked");
        try (Socket socket = rig.open(FrontRig.request("POST", FrontRig.CASH, chunked, null))) {
            socket.getOutputStream().write("zz\r\n{}\r\n".getBytes(StandardCharsets.US_ASCII));
            FrontRig.Reply reply = FrontRig.read(socket);
            // It ends before anybody knows its path.
            assertThat(reply.status()).as(reply.body()).isEqualTo(400);
            assertThat(reply.body()).startsWith("{");
        }
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")) {
            Map<String, String> headers = FrontRig.headers("TTTC0012U");
            headers.put("Content-Type", type);
            FrontRig.Reply reply = rig.send(FrontRig.request("POST", FrontRig.CASH, headers, "a=%zz&b"));
            assertThat(reply.summary()).as(type).isEqualTo("500 1 IGW00007");
        }
        assertThat(rig.ordersAtKis()).isZero();
    }

    /** As curl sends it, if one does not say what it is. */
    @Test
    void aBodyIsReadWhateverItIsCalled() {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        String body = FrontRig.order("005930", 1, 0).replace("}", ", \"CTAC_TLNO\": \"100% & more\"}");
        assertThat(rig.send(FrontRig.request("POST", FrontRig.CASH, headers, body)).summary()).isEqualTo("200 0 APBK0013");
        assertThat(rig.ordersAtKis()).isOne();
    }

    /** Its body is no part of a query, and goes nowhere. */
    @Test
    void aQueryWithABody() {
        FrontRig.Reply reply = rig.send(FrontRig.request("GET", FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930",
                FrontRig.headers("FHKST01010100"), "{\"CANO\":\"1\"}"));
        assertThat(reply.summary()).isEqualTo("200 0 MCA00000");
        assertThat(rig.kis.calls().on("inquire-price")).allMatch(arrival -> arrival.body().isEmpty());
    }

    @Test
    void aTransactionIdIsOneClientsOwn() {
        Map<String, String> one = FrontRig.headers("TTTC0012U");
        one.put("gt_uid", "1");
        Map<String, String> other = FrontRig.headers("TTTC0012U");
        other.put("gt_uid", "1");
        other.put("appkey", "another-client");
        String body = FrontRig.order("005930", 1, 0);

        String first = rig.send(FrontRig.request("POST", FrontRig.CASH, one, body)).member("ODNO");
        String second = rig.send(FrontRig.request("POST", FrontRig.CASH, other, body)).member("ODNO");

        assertThat(first).isNotNull();
        assertThat(second).isNotNull().isNotEqualTo(first);
        assertThat(rig.send(FrontRig.request("POST", FrontRig.CASH, other, FrontRig.order("005930", 2, 0))).code()).isEqualTo("KGW00003");
        assertThat(rig.send(FrontRig.request("POST", FrontRig.CASH, one, body)).member("ODNO")).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u000bb", "\u00ed\u0095", "한글", "x\ty"})
    void oddTransactionIds(String gtUid) {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("gt_uid", gtUid);
        FrontRig.Reply reply = rig.send(FrontRig.request("POST", FrontRig.CASH, headers, FrontRig.order("005930", 1, 0)));
        assertThat(reply.status()).as(reply.body()).isIn(200, 400, 500);
        assertThat(rig.ordersAtKis()).isEqualTo("0".equals(reply.member("rt_cd")) ? 1 : 0);
    }

    @Test
    void anIdempotencyKeyThatIsNoneIsSaidToBeWrong() {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("Idempotency-Key", "x".repeat(300));
        FrontRig.Reply reply = rig.send(FrontRig.request("POST", FrontRig.CASH, headers, FrontRig.order("005930", 1, 0)));
        assertThat(reply.summary()).isEqualTo("200 7 KGW00004");
        assertThat(rig.ordersAtKis()).isZero();
    }

    @Test
    void aCancellationIsNoMatterOfBounds() {
        assertThat(post("/uapi/domestic-stock/v1/trading/order-rvsecncl", "TTTC0013U",
                "\"RVSE_CNCL_DVSN_CD\":\"02\",\"ORGN_ODNO\":\"0000000001\",\"KRX_FWDG_ORD_ORGNO\":\"\",\"ORD_QTY\":\"99\",\"QTY_ALL_ORD_YN\":\"N\"")
                .code()).isNotEqualTo("KGW00002");
        assertThat(rig.kis.calls().total()).isOne();
    }
}
