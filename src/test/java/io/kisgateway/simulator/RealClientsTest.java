package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.runtime.Resources;
import io.kisgateway.testing.TestClock;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What clients of KIS in use need to find here. */
class RealClientsTest {

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private Simulator simulator;
    private KisClient client;

    private void start(SimulatorOptions.Builder options) {
        simulator = Simulator.start(options.clock(clock).rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build());
        client = KisClient.loggedIn(simulator);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A client in use makes names of the header names that are all in lower case: a hyphen in one ends the call. */
    @Test
    void headerNamesHaveTheCaseTheySurvive() throws IOException {
        start(SimulatorOptions.builder());
        Credentials pair = simulator.options().credentials();
        String reply = raw("GET " + KisClient.BASE + "/quotations/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930 "
                + "HTTP/1.1\r\nHost: x\r\nConnection: close\r\nappkey: " + pair.appKey() + "\r\nappsecret: "
                + pair.appSecret() + "\r\nauthorization: Bearer "
                + client.token().json().path("access_token").asText() + "\r\ntr_id: FHKST01010100\r\n\r\n");
        List<String> names = reply.substring(0, reply.indexOf("\r\n\r\n")).lines().skip(1)
                .map(line -> line.substring(0, line.indexOf(':'))).toList();

        assertThat(names).contains("Content-Type", "Content-Length", "Date", "tr_id", "tr_cont", "gt_uid");
        assertThat(names).filteredOn(name -> name.equals(name.toLowerCase(Locale.ROOT))).noneMatch(name -> name.contains("-"));
        assertThat(reply).startsWith("HTTP/1.1 200").contains("\"stck_prpr\"");
    }

    @Test
    void aTokenNamesItsAppKey() {
        start(SimulatorOptions.builder());
        String payload = client.token().json().path("access_token").asText().split("\\.")[1];

        assertThat(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8))
                .contains("\"jti\":\"" + simulator.options().credentials().appKey() + "\"");
    }

    @Test
    void whatClientsSendIsLetPassUnlessStrict() {
        start(SimulatorOptions.builder());
        assertThat(lowerCasedBalance().rtCd()).isEqualTo("0");
        assertThat(doubleSlash().rtCd()).isEqualTo("0");
        assertThat(ordersWithoutExchange().rtCd()).isEqualTo("0");
        assertThat(orderWith("CTAC_TLNO").rtCd()).isEqualTo("0");
        assertThat(orderWith("ALGO_NO").rtCd()).isEqualTo("0");
        assertThat(orderWith("ALGO").summary()).isEqualTo("500 1 IGW00007");
        assertThat(orderOfNumbers("1", "null").summary()).isEqualTo("200 0 APBK0013");
        assertThat(orderOfNumbers("1.5", "null").summary()).isEqualTo("500 1 IGW00007");
        assertThat(orderOfNumbers("true", "null").summary()).isEqualTo("500 1 IGW00007");
        simulator.close();

        start(SimulatorOptions.builder().strict(true));
        assertThat(lowerCasedBalance().msgCd()).isEqualTo("OPSQ2001");
        assertThat(doubleSlash().status()).isEqualTo(404);
        assertThat(ordersWithoutExchange().msgCd()).isEqualTo("OPSQ2001");
        assertThat(orderWith("CTAC_TLNO").summary()).isEqualTo("500 1 IGW00007");
        assertThat(orderOfNumbers("1", "\"\"").summary()).isEqualTo("500 1 IGW00007");
        assertThat(orderOfNumbers("\"1\"", "null").summary()).isEqualTo("500 1 IGW00007");
    }

    private KisClient.Answer lowerCasedBalance() {
        Map<String, String> query = new LinkedHashMap<>();
        client.balanceQuery().forEach((name, value) -> query.put(name.startsWith("CTX") ? name.toLowerCase(Locale.ROOT) : name, value));
        return client.get("/trading/inquire-balance", "TTTC8434R", query);
    }

    private KisClient.Answer doubleSlash() {
        return client.send(client.request("//" + KisClient.BASE.substring(1)
                + "/quotations/inquire-price?fid_cond_mrkt_div_code=J&fid_input_iscd=005930")
                .header("tr_id", "FHKST01010100").GET());
    }

    private KisClient.Answer ordersWithoutExchange() {
        Map<String, String> query = client.ordersQuery("20261123", "20261123");
        query.remove("EXCG_ID_DVSN_CD");
        return client.get("/trading/inquire-daily-ccld", "TTTC0081R", query);
    }

    private KisClient.Answer orderWith(String key) {
        Map<String, String> body = client.orderBody("005930", 1, 0);
        body.put(key, "");
        return client.order("TTTC0012U", body);
    }

    /** Of members that KIS documents as strings. */
    private KisClient.Answer orderOfNumbers(String quantity, String exchange) {
        return client.send(client.request(KisClient.BASE + "/trading/order-cash").header("tr_id", "TTTC0012U")
                .POST(BodyPublishers
                        .ofString("{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"PDNO\":\"005930\",\"ORD_DVSN\":\"01\",\"ORD_QTY\":"
                                + quantity + ",\"ORD_UNPR\":\"0\",\"EXCG_ID_DVSN_CD\":" + exchange + '}')));
    }

    @Test
    void whatQuickStartsAskFirst() {
        start(SimulatorOptions.builder());
        simulator.setPrice("005930", 100_000);
        Map<String, String> code = Map.of("FID_COND_MRKT_DIV_CODE", "J", "FID_INPUT_ISCD", "005930");

        JsonNode depth = client.get("/quotations/inquire-asking-price-exp-ccn", "FHKST01010200", code).json();
        assertThat(depth.at("/output1/askp1").asText()).isEqualTo("100100");
        assertThat(depth.at("/output1/bidp1").asText()).isEqualTo("100000");
        assertThat(depth.at("/output1/bidp2").asText()).isEqualTo("99900");
        assertThat(depth.at("/output2/stck_prpr").asText()).isEqualTo("100000");
        long total = 0;
        for (int i = 1; i <= 10; i++) {
            total += depth.at("/output1/askp_rsqn" + i).asLong();
        }
        assertThat(depth.at("/output1/total_askp_rsqn").asLong()).isEqualTo(total).isPositive();

        JsonNode trades = client.get("/quotations/inquire-ccnl", "FHKST01010300", code).output();
        assertThat(trades).hasSize(30);
        assertThat(trades.get(0).path("stck_prpr").asText()).isEqualTo("100000");

        Map<String, String> product = Map.of("PDNO", "005930", "PRDT_TYPE_CD", "300");
        assertThat(client.get("/quotations/search-info", "CTPF1604R", product).output().path("prdt_name").asText())
                .isEqualTo("삼성전자");
        assertThat(client.get("/quotations/search-stock-info", "CTPF1002R", product).output().path("lstg_stqt")
                .asText()).isEqualTo("5919637922");
        assertThat(client.get("/quotations/search-info", "CTPF1604R", Map.of("PDNO", "AAPL", "PRDT_TYPE_CD", "512"))
                .rtCd()).isEqualTo("7");
    }

    @Test
    void minutesOfAnyDay() {
        start(SimulatorOptions.builder());
        Map<String, String> query = new LinkedHashMap<>(Map.of("FID_COND_MRKT_DIV_CODE", "J", "FID_INPUT_ISCD", "005930",
                "FID_INPUT_DATE_1", "20261120", "FID_INPUT_HOUR_1", "110000", "FID_PW_DATA_INCU_YN", "N"));
        JsonNode friday = client.get("/quotations/inquire-time-dailychartprice", "FHKST03010230", query).json()
                .path("output2");
        assertThat(friday).hasSize(120);
        assertThat(friday.get(0).path("stck_bsop_date").asText() + friday.get(0).path("stck_cntg_hour").asText())
                .isEqualTo("20261120110000");

        query.put("FID_INPUT_DATE_1", "20261123");
        assertThat(client.get("/quotations/inquire-time-dailychartprice", "FHKST03010230", query).json()
                .path("output2")).hasSize(61);
        query.put("FID_PW_DATA_INCU_YN", "Y");
        JsonNode both = client.get("/quotations/inquire-time-dailychartprice", "FHKST03010230", query).json()
                .path("output2");
        assertThat(both).hasSize(120);
        assertThat(both.get(61).path("stck_bsop_date").asText()).isEqualTo("20261120");
    }

    @Test
    void pricesAndABalanceFromAbroad() {
        start(SimulatorOptions.builder());
        KisClient.Answer apple = abroad("overseas-price/v1/quotations/price?AUTH=&EXCD=NAS&SYMB=AAPL", "HHDFS00000300");
        assertThat(apple.output().path("rsym").asText()).isEqualTo("DNASAAPL");
        assertThat(apple.output().path("last").asText()).matches("2[0-9]{2}\\.[0-9]{4}");
        assertThat(abroad("overseas-price/v1/quotations/price?AUTH=&EXCD=NAS&SYMB=NONE", "HHDFS00000300").output()
                .path("last").asText("x")).isEmpty();

        KisClient.Answer balance = abroad("overseas-stock/v1/trading/inquire-balance?CANO=50123456&ACNT_PRDT_CD=01"
                + "&OVRS_EXCG_CD=NASD&TR_CRCY_CD=USD&CTX_AREA_FK200=&CTX_AREA_NK200=", "TTTS3012R");
        assertThat(balance.json().path("output1").findValuesAsText("ovrs_pdno")).contains("AAPL", "SPY");
        assertThat(balance.headers()).containsEntry("tr_cont", "D");
        assertThat(balance.json().at("/output2/frcr_pchs_amt1").asText()).contains(".");
    }

    private KisClient.Answer abroad(String pathAndQuery, String trId) {
        return client.send(client.request("/uapi/" + pathAndQuery).header("tr_id", trId).GET());
    }

    @Test
    void reservationsAreKept() {
        start(SimulatorOptions.builder());
        Map<String, String> body = client.account();
        body.putAll(Map.of("PDNO", "005930", "ORD_QTY", "3", "ORD_UNPR", "90000", "SLL_BUY_DVSN_CD", "02",
                "ORD_DVSN_CD", "00", "ORD_OBJT_CBLC_DVSN_CD", "10", "LOAN_DT", ""));
        String number = client.post(KisClient.BASE + "/trading/order-resv", "CTSC0008U", KisClient.json(body)).output()
                .path("RSVN_ORD_SEQ").asText();
        assertThat(number).isNotEmpty();
        assertThat(reservations().get(0).path("rsvn_ord_seq").asText()).isEqualTo(number);

        Map<String, String> cancel = client.account();
        cancel.putAll(Map.of("RSVN_ORD_SEQ", number, "RSVN_ORD_ORGNO", "", "RSVN_ORD_ORD_DT", ""));
        assertThat(client.post(KisClient.BASE + "/trading/order-resv-rvsecncl", "CTSC0009U", KisClient.json(cancel))
                .output().path("nrml_prcs_yn").asText()).isEqualTo("Y");
        assertThat(reservations()).isEmpty();
        assertThat(simulator.reservedOrders()).isZero();
    }

    private JsonNode reservations() {
        Map<String, String> query = client.account();
        query.putAll(Map.of("RSVN_ORD_ORD_DT", "20261101", "RSVN_ORD_END_DT", "20261130", "TMNL_MDIA_KIND_CD", "00",
                "PRCS_DVSN_CD", "0", "CNCL_YN", "N", "RSVN_ORD_SEQ", "", "PDNO", "", "SLL_BUY_DVSN_CD", "",
                "CTX_AREA_FK200", "", "CTX_AREA_NK200", ""));
        return client.get("/trading/order-resv-ccnl", "CTSC0004R", query).output();
    }

    @Test
    void everyOtherOperationHasAStubThatSaysSo() {
        start(SimulatorOptions.builder().stubs(true));
        int queries = 0;
        for (String[] row : Resources.table("/kis/operations.tsv", "\t")) {
            if (!row[0].equals("GET") || row[2].isEmpty()) {
                continue;
            }
            KisClient.Answer answer = abroad(row[1] + "?CANO=50123456&ACNT_PRDT_CD=01", row[2].split(",")[0]);
            assertThat(answer.status()).as(row[1]).isEqualTo(200);
            queries += answer.msg1().contains("simulator stub") ? 1 : 0;
        }
        assertThat(queries).isGreaterThan(200);
        // Clients with types of their own read no list where KIS has one object.
        assertThat(abroad("domestic-stock/v1/quotations/inquire-member?", "FHKST01010600").output().isObject()).isTrue();
        assertThat(abroad("domestic-stock/v1/quotations/comp-interest?", "FHPST07020000").output().isArray()).isTrue();

        Map<String, String> body = client.account();
        body.put("PDNO", "AAPL");
        KisClient.Answer order = client.post("/uapi/overseas-stock/v1/trading/order", "TTTT1002U", KisClient.json(body));
        assertThat(order.msg1()).contains("simulator stub");
        assertThat(simulator.stubs().taken()).extracting(Stubs.Taken::number)
                .containsExactly(order.output().path("ODNO").asText());
        assertThat(abroad("overseas-stock/v1/trading/inquire-ccnl?CANO=99999999&ACNT_PRDT_CD=01", "TTTS3035R").msgCd())
                .isEqualTo("OPSQ2000");
        simulator.close();

        start(SimulatorOptions.builder());
        assertThat(client.post("/uapi/overseas-stock/v1/trading/order", "TTTT1002U", KisClient.json(body)).status())
                .isEqualTo(404);
    }
}
