package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.simulator.Calls;
import io.kisgateway.simulator.Holding;
import io.kisgateway.simulator.Stubs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests as clients in use write them: spelling of headers, order, blanks, empty values. Written from facts about what each sends;
 * each reply is looked at for what that client needs of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final String BASE = "/uapi/domestic-stock/v1";

    @AutoClose
    private FrontRig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        rig = new FrontRig(folder, Map.of());
        rig.kis.orders().setHoldings(IntStream.rangeClosed(0, 32).mapToObj(i -> rig.kis.market().codes().stream().sorted().toList().get(i))
                .map(code -> new Holding(code, 100, 10_000)).toList());
    }

    private FrontRig.Reply raw(String request) {
        int blank = request.indexOf("\n\n");
        String head = request.substring(0, blank);
        String body = request.substring(blank + 2);
        String length = body.isEmpty() ? "" : "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length;
        return rig.send((head.replace("\n", "\r\n") + length + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(FrontRig.Reply reply) {
        try {
            return JSON.readTree(reply.bytes());
        } catch (IOException e) {
            throw new AssertionError(reply.body(), e);
        }
    }

    /** It makes names of the header names that are all in small letters, and of the body's members. */
    private static void survivesTheOfficialSample(FrontRig.Reply reply) {
        assertThat(reply.headers().keySet().stream().filter(name -> name.equals(name.toLowerCase(Locale.ROOT))))
                .allMatch(name -> NAME.matcher(name).matches()).contains("tr_id", "tr_cont");
        json(reply).fieldNames().forEachRemaining(name -> assertThat(name).matches("[A-Za-z][A-Za-z0-9_]*"));
        assertThat(json(reply).has("msg_cd") && json(reply).has("msg1")).isTrue();
    }

    private static final String OFFICIAL = """
            Host: 127.0.0.1
            User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)
            Accept-Encoding: gzip, deflate
            Accept: text/plain
            Connection: keep-alive
            Content-Type: application/json
            charset: UTF-8
            authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.e30.x
            appkey: PSABCDEFGHIJKLMNOPQRSTUVWXYZ01234567
            appsecret: c2VjcmV0
            tr_id: %s
            custtype: P
            tr_cont: %s

            """.replace("\n\n", "\n");

    private FrontRig.Reply official(String method, String target, String trId, String trCont, String body) {
        return raw(method + " " + target + " HTTP/1.1\n" + OFFICIAL.formatted(trId, trCont) + "\n" + body);
    }

    @Test
    void theOfficialSampleAsksForTokensPricesAndABook() {
        FrontRig.Reply token = raw("""
                POST /oauth2/tokenP HTTP/1.1
                Host: 127.0.0.1
                User-Agent: Mozilla/5.0
                Accept: text/plain
                Content-Type: application/json
                charset: UTF-8

                {"grant_type": "client_credentials", "appkey": "PSABCDEFGHIJKLMNOPQRSTUVWXYZ01234567", "appsecret": "c2VjcmV0"}""");
        assertThat(json(token).path("access_token_token_expired").asText()).hasSize(19);
        for (String target : List.of("inquire-price FHKST01010100", "inquire-asking-price-exp-ccn FHKST01010200",
                "inquire-ccnl FHKST01010300")) {
            String[] parts = target.split(" ");
            FrontRig.Reply reply = official("GET", BASE + "/quotations/" + parts[0] + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930",
                    parts[1], "", "");
            assertThat(reply.status()).isEqualTo(200);
            survivesTheOfficialSample(reply);
        }
    }

    /** It goes on while the header says M or F, with the keys of the reply before. */
    @Test
    void theOfficialSampleTurnsPages() {
        for (int i = 0; i < 101; i++) {
            assertThat(official("POST", BASE + "/trading/order-cash", "TTTC0012U", "", officialOrder(i % 9 + 1)).status()).isEqualTo(200);
        }
        String query = BASE + "/trading/inquire-daily-ccld?CANO=50123456&ACNT_PRDT_CD=01&INQR_STRT_DT=20200101&INQR_END_DT=20990101"
                + "&SLL_BUY_DVSN_CD=00&PDNO=&CCLD_DVSN=00&INQR_DVSN=00&INQR_DVSN_3=00&ORD_GNO_BRNO=&ODNO=&INQR_DVSN_1=&EXCG_ID_DVSN_CD=KRX";
        List<String> numbers = new ArrayList<>();
        String fk = "";
        String nk = "";
        String mark = "";
        do {
            FrontRig.Reply page = official("GET", query + "&CTX_AREA_FK100=" + fk + "&CTX_AREA_NK100=" + nk, "TTTC0081R", mark, "");
            survivesTheOfficialSample(page);
            numbers.addAll(json(page).path("output1").findValuesAsText("odno"));
            fk = json(page).path("ctx_area_fk100").asText().strip().replace("^", "%5E");
            nk = json(page).path("ctx_area_nk100").asText().strip().replace("^", "%5E");
            mark = List.of("M", "F").contains(page.header("tr_cont")) ? "N" : "";
        } while (!mark.isEmpty());
        assertThat(numbers).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    }

    private static String officialOrder(int quantity) {
        return "{\"CANO\": \"50123456\", \"ACNT_PRDT_CD\": \"01\", \"PDNO\": \"0001A0\", \"ORD_DVSN\": \"01\", \"ORD_QTY\": \"" + quantity
                + "\", \"ORD_UNPR\": \"0\", \"EXCG_ID_DVSN_CD\": \"KRX\", \"SLL_TYPE\": \"\", \"CNDT_PRIC\": \"\"}";
    }

    /** Two slashes, other capitals in the headers, small letters in the query, a hash before each order. */
    @Test
    void mojito() {
        FrontRig.Reply chart = raw("""
                GET //uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=20240102&FID_INPUT_DATE_2=20240301&FID_PERIOD_DIV_CODE=D&FID_ORG_ADJ_PRC=0 HTTP/1.1
                Host: 127.0.0.1
                User-Agent: python-requests/2.32.3
                Accept-Encoding: gzip, deflate
                Accept: */*
                Connection: keep-alive
                content-type: application/json
                authorization: Bearer token
                appKey: PSKEY
                appSecret: secret
                tr_id: FHKST03010100

                """);
        assertThat(json(chart).path("rt_cd").asText()).isEqualTo("0");
        FrontRig.Reply price = raw("""
                GET /uapi/domestic-stock/v1/quotations/inquire-price?fid_cond_mrkt_div_code=J&fid_input_iscd=005930 HTTP/1.1
                Host: 127.0.0.1
                content-type: application/json
                authorization: Bearer token
                appKey: PSKEY
                appSecret: secret
                tr_id: FHKST01010100

                """);
        assertThat(price.headers()).containsKey("tr_cont");
        String order =
                "{\"CANO\": \"50123456\", \"ACNT_PRDT_CD\": \"01\", \"PDNO\": \"005930\", \"ORD_DVSN\": \"01\", \"ORD_QTY\": \"1\", \"ORD_UNPR\": \"0\"}";
        FrontRig.Reply hash = raw("""
                POST /uapi/hashkey HTTP/1.1
                Host: 127.0.0.1
                content-type: application/json
                appKey: PSKEY
                appSecret: secret
                User-Agent: Mozilla/5.0

                """ + order);
        FrontRig.Reply bought = raw("""
                POST /uapi/domestic-stock/v1/trading/order-cash HTTP/1.1
                Host: 127.0.0.1
                content-type: application/json
                authorization: Bearer token
                appKey: PSKEY
                appSecret: secret
                tr_id: TTTC0802U
                custtype: P
                hashkey: %s

                """.formatted(hash.member("HASH")) + order);
        assertThat(json(bought).path("output").path("ODNO").asText()).hasSize(10);
        assertThat(rig.kis.calls().on("order-cash").get(rig.kis.calls().on("order-cash").size() - 1).headers()).doesNotContain("hashkey");
    }

    /** Small letters in the keys of pages; a mark that is none of F, M, D, E ends it with an error. */
    @Test
    void pythonKis() {
        FrontRig.Reply balance = raw("""
                GET /uapi/domestic-stock/v1/trading/inquire-balance?CANO=50123456&ACNT_PRDT_CD=01&AFHR_FLPR_YN=N&OFL_YN=&INQR_DVSN=02&UNPR_DVSN=01&FUND_STTL_ICLD_YN=N&FNCG_AMT_AUTO_RDPT_YN=N&PRCS_DVSN=00&ctx_area_fk100=&ctx_area_nk100= HTTP/1.1
                Host: 127.0.0.1
                User-Agent: PyKis/2.1.6
                Accept-Encoding: gzip, deflate
                Accept: */*
                Connection: keep-alive
                tr_id: TTTC8434R
                tr_cont:
                appkey: PSKEY
                appsecret: secret
                authorization: Bearer token

                """);
        assertThat(balance.header("tr_cont")).isIn("F", "M", "D", "E");
        assertThat(json(balance).path("output1")).hasSize(33);
        FrontRig.Reply info = raw("""
                GET /uapi/domestic-stock/v1/quotations/search-info?PDNO=005930&PRDT_TYPE_CD=300 HTTP/1.1
                Host: 127.0.0.1
                tr_id: CTPF1604R
                appkey: PSKEY
                appsecret: secret
                authorization: Bearer token

                """);
        assertThat(json(info).path("output").path("prdt_name").asText()).isEqualTo("삼성전자");
    }

    /** Its orders name their stock in a query as well; a transaction id of its own makes a repeat one order. */
    @Test
    void ktKisopenapi() {
        String order = """
                POST /uapi/domestic-stock/v1/trading/order-cash?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930 HTTP/1.1
                Host: 127.0.0.1
                Authorization: Bearer token
                appkey: kt-client-key
                appsecret: secret
                tr_id: TTTC0012U
                custtype: P
                gt_uid: uid-1
                seq_no:
                Accept: application/json
                Accept-Charset: UTF-8
                User-Agent: ktor-client
                Content-Type: application/json

                {"PDNO":"005930","ORD_DVSN":"01","ORD_QTY":"1","ORD_UNPR":"0","CANO":"50123456","ACNT_PRDT_CD":"01",""" + """
                "CNDT_PRIC":"0","EXCG_ID_DVSN_CD":"KRX"}""";
        FrontRig.Reply first = raw(order);
        assertThat(first.summary()).isEqualTo("200 0 APBK0013");
        assertThat(raw(order).member("ODNO")).isEqualTo(first.member("ODNO"));
        List<Calls.Arrival> arrived = rig.kis.calls().on("order-cash");
        assertThat(arrived.get(arrived.size() - 1).query()).isEqualTo("FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930");
        assertThat(raw(order.replace("/domestic-stock/v1/trading/order-cash", "/hashkey")).member("HASH")).hasSize(64);
        assertThat(raw(order.replace("FID_INPUT_ISCD=005930", "FID_INPUT_ISCD=000660")).code()).as("another order")
                .isEqualTo("KGW00003");
    }

    /** Bodies with an empty key that KIS's documents do not have, and numbers that are no texts. */
    @Test
    void bodiesGoOnAsTheyAre() {
        FrontRig.Reply pykis = rig.post(BASE + "/trading/order-cash", "TTTC0802U", "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\","
                + "\"PDNO\":\"005930\",\"ORD_DVSN\":\"01\",\"ORD_QTY\":\"1\",\"ORD_UNPR\":\"0\",\"CTAC_TLNO\":\"\"}");
        assertThat(pykis.summary()).isEqualTo("200 0 APBK0013");
        String numbers =
                "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"PDNO\":\"005930\",\"ORD_DVSN\":\"01\",\"ORD_QTY\":1,\"ORD_UNPR\":0}";
        rig.post(BASE + "/trading/order-cash", "TTTC0012U", numbers);
        assertThat(rig.kis.calls().on("order-cash").get(rig.kis.calls().on("order-cash").size() - 1).body()).isEqualTo(numbers);
    }

    @ParameterizedTest
    @CsvSource({
        "domestic-stock/v1/trading/order-credit, TTTC0052U", "domestic-stock/v1/trading/order-credit, TTTC0852U",
        "domestic-bond/v1/trading/buy, TTTC0952U", "domestic-bond/v1/trading/sell, TTTC0958U",
        "domestic-bond/v1/trading/order-rvsecncl, TTTC0953U", "domestic-futureoption/v1/trading/order, TTTO1101U",
        "domestic-futureoption/v1/trading/order, STTN1101U", "domestic-futureoption/v1/trading/order-rvsecncl, TTTO1103U",
        "overseas-stock/v1/trading/order, TTTT1002U", "overseas-stock/v1/trading/order, TTTS1002U",
        "overseas-stock/v1/trading/order, JTTT1002U", "overseas-stock/v1/trading/order-rvsecncl, TTTT1004U",
        "overseas-stock/v1/trading/order-resv, TTTT3014U", "overseas-stock/v1/trading/order-resv-ccnl, TTTT3017U",
        "overseas-stock/v1/trading/daytime-order, TTTS6036U", "overseas-stock/v1/trading/daytime-order-rvsecncl, TTTS6038U",
        "overseas-futureoption/v1/trading/order, OTFM3001U", "overseas-futureoption/v1/trading/order-rvsecncl, OTFM3002U"})
    void ordersOfEveryFamilyAreJournalledAndSentOnce(String path, String trId) {
        int before = rig.kis.stubs().taken().size();
        FrontRig.Reply reply = rig.post("/uapi/" + path, trId,
                "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"PDNO\":\"AAPL\",\"ORD_QTY\":\"1\",\"OVRS_ORD_UNPR\":\"1.00\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.member("rt_cd")).isEqualTo("0");
        List<Stubs.Taken> taken = rig.kis.stubs().taken();
        assertThat(taken).hasSize(before + 1);
        assertThat(reply.body()).contains(taken.get(before).number().substring(2));
        JsonNode journal = json(rig.send(FrontRig.request("GET", "/api/trading/orders?limit=500", Map.of(), null))).path("data");
        List<JsonNode> others = new ArrayList<>();
        journal.forEach(order -> others.addAll(order.path("side").asText().equals("other") ? List.of(order) : List.of()));
        // Of what is not known nothing is said: neither an exchange nor a price of nothing.
        assertThat(others).isNotEmpty().allMatch(order -> order.path("endpoint").asText().equals("kis-front-order"))
                .noneMatch(order -> order.has("exchange") || order.has("price"));
    }

    @Test
    void reservationsAndCancellationsHaveNoNumberOfTheDay() {
        String order = "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"PDNO\":\"005930\",\"ORD_QTY\":\"1\",\"ORD_UNPR\":\"90000\","
                + "\"SLL_BUY_DVSN_CD\":\"02\",\"ORD_DVSN_CD\":\"00\",\"ORD_OBJT_CBLC_DVSN_CD\":\"10\"}";
        FrontRig.Reply reserved = rig.post(BASE + "/trading/order-resv", "CTSC0008U", order);
        assertThat(reserved.member("RSVN_ORD_SEQ")).isNotBlank();
        FrontRig.Reply cancelled = rig.post(BASE + "/trading/order-resv-rvsecncl", "CTSC0009U",
                "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"RSVN_ORD_SEQ\":\"" + reserved.member("RSVN_ORD_SEQ") + "\"}");
        assertThat(cancelled.member("nrml_prcs_yn")).isEqualTo("Y");
        assertThat(rig.kis.reservedOrders()).isZero();
    }
}
