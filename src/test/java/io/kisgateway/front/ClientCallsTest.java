package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kisgateway.simulator.Fault;
import io.kisgateway.testing.Http;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each call of the clients in use that were run against a KIS of our own, with the parameters as each spells them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCallsTest {

    private static final String STOCK = "/uapi/domestic-stock/v1/";
    private static final String LIST = "CANO=50123456&ACNT_PRDT_CD=01&INQR_STRT_DT=20200101&INQR_END_DT=20990101&SLL_BUY_DVSN_CD=00"
            + "&INQR_DVSN=00&PDNO=&CCLD_DVSN=00&ORD_GNO_BRNO=&ODNO=&INQR_DVSN_3=00&INQR_DVSN_1=";
    @AutoClose
    private FrontRig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        rig = new FrontRig(folder, Map.of());
    }

    private static JsonNode json(FrontRig.Reply reply) {
        try {
            return new ObjectMapper().readTree(reply.bytes());
        } catch (IOException e) {
            throw new AssertionError(reply.body(), e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "official | quotations/inquire-daily-itemchartprice | FHKST03010100 | FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_DATE_1=20240102&FID_INPUT_DATE_2=20240301&FID_PERIOD_DIV_CODE=D&FID_ORG_ADJ_PRC=1",
        "official | quotations/chk-holiday | CTCA0903R | BASS_DT=20260102&CTX_AREA_NK=&CTX_AREA_FK=",
        "official | trading/inquire-psbl-order | TTTC8908R | CANO=50123456&ACNT_PRDT_CD=01&PDNO=005930&ORD_UNPR=0&ORD_DVSN=01&CMA_EVLU_AMT_ICLD_YN=N&OVRS_ICLD_YN=N",
        "official | trading/inquire-psbl-rvsecncl | TTTC0084R | CANO=50123456&ACNT_PRDT_CD=01&INQR_DVSN_1=0&INQR_DVSN_2=0&CTX_AREA_FK100=&CTX_AREA_NK100=",
        "kis-ai-extensions | quotations/inquire-daily-indexchartprice | FHKUP03500100 | FID_COND_MRKT_DIV_CODE=U&FID_INPUT_ISCD=0001&FID_INPUT_DATE_1=20240102&FID_INPUT_DATE_2=20240301&FID_PERIOD_DIV_CODE=D",
        "mojito | quotations/inquire-daily-price | FHKST01010400 | FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_ORG_ADJ_PRC=1&FID_PERIOD_DIV_CODE=D",
        "mojito | /quotations/inquire-time-itemchartprice | FHKST03010200 | fid_etc_cls_code=&fid_cond_mrkt_div_code=J&fid_input_iscd=005930&fid_input_hour_1=093000&fid_pw_data_incu_yn=Y",
        "mojito | trading/inquire-psbl-rvsecncl | TTTC8036R | CANO=50123456&ACNT_PRDT_CD=01&CTX_AREA_FK100=&CTX_AREA_NK100=&INQR_DVSN_1=0&INQR_DVSN_2=0",
        "mojito, pykis | /uapi/overseas-price/v1/quotations/price | HHDFS00000300 | AUTH=&EXCD=NAS&SYMB=AAPL",
        "pykis | quotations/inquire-price | FHKST01010100 | fid_cond_mrkt_div_code=J&fid_input_iscd=005930",
        "python-kis | trading/inquire-psbl-order | TTTC8908R | CANO=50123456&ACNT_PRDT_CD=01&PDNO=005930&ORD_UNPR=&ORD_DVSN=01&CMA_EVLU_AMT_ICLD_YN=N&OVRS_ICLD_YN=N",
        "python-kis | trading/inquire-daily-ccld | TTTC8001R | " + LIST + "&ctx_area_fk100=&ctx_area_nk100=",
        "python-kis | trading/inquire-psbl-rvsecncl | TTTC8036R | CANO=50123456&ACNT_PRDT_CD=01&INQR_DVSN_1=0&INQR_DVSN_2=0&ctx_area_fk100=&ctx_area_nk100=",
        "python-kis | quotations/search-info | CTPF1604R | PDNO=005930&PRDT_TYPE_CD=300",
        "python-kis | quotations/search-stock-info | CTPF1002R | PDNO=005930&PRDT_TYPE_CD=300"})
    void queries(String client, String path, String trId, String query) {
        FrontRig.Reply reply = rig.get((path.startsWith("/uapi") ? path : STOCK + path) + '?' + query, trId);

        assertThat(reply.status()).as(client + " " + reply.body()).isEqualTo(200);
        assertThat(reply.member("rt_cd")).as(client + " " + reply.body()).isEqualTo("0");
        assertThat(reply.header("tr_id")).isEqualTo(trId);
        assertThat(reply.headers()).as("mojito and the official sample fail without").containsKey("tr_cont");
    }

    /** python-kis's spelling, and its rule: a mark that is none of these four ends it with an error. */
    @Test
    void ordersOfTheDayOverSeveralPages() {
        for (int i = 0; i < 101; i++) {
            assertThat(rig.post(STOCK + "trading/order-cash", "TTTC0802U", FrontRig.order("0001A0", i % 9 + 1, 0)).member("rt_cd"))
                    .isEqualTo("0");
        }
        Set<String> numbers = new HashSet<>();
        String first = "";
        String next = "";
        String mark = "";
        int pages = 0;
        do {
            Map<String, String> headers = FrontRig.headers("TTTC8001R");
            headers.put("tr_cont", mark);
            FrontRig.Reply page = rig.send(FrontRig.request("GET", STOCK + "trading/inquire-daily-ccld?" + LIST + "&ctx_area_fk100="
                    + first + "&ctx_area_nk100=" + next, headers, null));
            assertThat(page.header("tr_cont")).as(page.body()).isIn("F", "M", "D", "E");
            json(page).path("output1").forEach(row -> assertThat(numbers.add(row.path("odno").asText())).isTrue());
            first = json(page).path("ctx_area_fk100").asText().strip().replace("^", "%5E");
            next = json(page).path("ctx_area_nk100").asText().strip().replace("^", "%5E");
            mark = Set.of("F", "M").contains(page.header("tr_cont")) ? "N" : "";
            pages++;
        } while (!mark.isEmpty() && pages < 20);
        assertThat(numbers).hasSize(rig.ordersAtKis());
        assertThat(pages).isGreaterThan(1);
    }

    /** An order and its cancellation, with the ids of today and of former days, and a revision. */
    @ParameterizedTest
    @CsvSource({"TTTC0012U, TTTC0013U, 01", "TTTC0802U, TTTC0803U, 01", "TTTC0012U, TTTC0013U, 02", "TTTC0802U, TTTC0803U, 02"})
    void ordersAndWhatFollowsThem(String buy, String change, String division) {
        long low = rig.kis.market().lowerLimit("005930");
        FrontRig.Reply order = rig.post(STOCK + "trading/order-cash", buy, FrontRig.order("005930", 3, low));
        assertThat(order.summary()).isEqualTo("200 0 APBK0013");

        Map<String, String> members = new LinkedHashMap<>();
        members.put("CANO", FrontRig.ACCOUNT);
        members.put("ACNT_PRDT_CD", "01");
        members.put("KRX_FWDG_ORD_ORGNO", order.member("KRX_FWDG_ORD_ORGNO"));
        members.put("ORGN_ODNO", order.member("ODNO"));
        members.put("ORD_DVSN", "00");
        members.put("RVSE_CNCL_DVSN_CD", division);
        members.put("ORD_QTY", "3");
        members.put("ORD_UNPR", Long.toString(low));
        members.put("QTY_ALL_ORD_YN", "Y");
        members.put("EXCG_ID_DVSN_CD", "KRX");
        StringBuilder body = new StringBuilder("{");
        members.forEach((name, value) -> body.append(body.length() == 1 ? "" : ", ").append('"').append(name).append("\": \"").append(value)
                .append('"'));
        FrontRig.Reply changed = rig.post(STOCK + "trading/order-rvsecncl", change, body.append('}').toString());
        assertThat(changed.member("rt_cd")).as(changed.body()).isEqualTo("0");
        assertThat(changed.member("ODNO")).isNotEqualTo(order.member("ODNO"));

        // KIS's list is read for an order in doubt, and the number of the change is no stranger's.
        rig.kis.faults().add(Fault.of(Fault.Kind.RESET_AFTER).onPath("order-cash"));
        String inDoubt = "in-doubt-" + buy + division;
        Http api = new Http("http://127.0.0.1:" + rig.port());
        api.post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1,\"price\":" + low + "}", "Idempotency-Key", inDoubt);
        await()
                .until(() -> api.get("/api/trading/orders/" + inDoubt).at("/data/state").asText().equals("placed"));
        assertThat(rig.metrics().lines().filter(line -> line.startsWith("kis_gateway_order_alarms_total")))
                .isNotEmpty().allMatch(line -> line.endsWith(" 0.0"));
    }

    /** cluefin sends its orders without, four times. */
    @Test
    void anOrderWithoutATrIdGoesNowhere() {
        int before = rig.ordersAtKis();
        for (int i = 0; i < 4; i++) {
            assertThat(rig.post(STOCK + "trading/order-cash", null, FrontRig.order("005930", 1, 0)).summary()).isEqualTo("500 1 EGW00310");
        }
        assertThat(rig.ordersAtKis()).isEqualTo(before);
    }

    /** pykis asks for its list with another TR id than the list's: that is for KIS to say. */
    @Test
    void aTrIdOfAnotherPath() {
        assertThat(rig.get(STOCK + "trading/inquire-daily-ccld?" + LIST, "TTTC8908R").summary()).isEqualTo("500 1 EGW00202");
    }

    /** KISClient's content type. */
    @Test
    void aHashOfATextPlainBody() {
        Map<String, String> headers = Map.of("content-type", "text/plain; charset=utf-8", "appkey", "k", "appsecret", "s");
        assertThat(rig.send(FrontRig.request("POST", "/uapi/hashkey", headers, FrontRig.order("005930", 1, 0))).member("HASH"))
                .matches("[0-9a-f]{64}");
    }
}
