package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts 3.11 to 3.13, checklist 10. */
class LedgerTest {

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private Simulator simulator;

    private KisClient start(SimulatorOptions.Builder options) {
        simulator = Simulator.start(options.clock(clock).rateLimits(RateLimits.OFF)
                .tokenInterval(Duration.ZERO).build());
        return KisClient.loggedIn(simulator);
    }

    private KisClient real() {
        return start(SimulatorOptions.builder().stickyCodes(Set.of("000660")));
    }

    private static JsonNode row(JsonNode rows, String field, String value) {
        for (JsonNode row : rows) {
            if (row.path(field).asText().equals(value)) {
                return row;
            }
        }
        throw new AssertionError("no row with " + field + " " + value);
    }

    @Test
    void balanceHasEveryFieldAndAddsUp() {
        KisClient client = real();
        JsonNode reply = client.balance().json();
        JsonNode position = row(reply.path("output1"), "pdno", "005930");
        JsonNode summary = reply.path("output2").get(0);

        assertThat(reply.path("output2").isArray()).isTrue();
        assertThat(position).hasSize(26);
        assertThat(summary).hasSize(24);
        assertThat(position.path("prdt_name").asText()).isEqualTo("삼성전자");
        assertThat(position.path("pchs_avg_pric").asText()).isEqualTo("71250.0000");
        assertThat(position.path("evlu_amt").asLong())
                .isEqualTo(120 * simulator.market().price("005930"));
        assertThat(summary.path("dnca_tot_amt").asText()).isEqualTo("100000000");
        long values = 0;
        for (JsonNode one : reply.path("output1")) {
            values += one.path("evlu_amt").asLong();
        }
        assertThat(summary.path("scts_evlu_amt").asLong()).isEqualTo(values);
        assertThat(summary.path("tot_evlu_amt").asLong()).isEqualTo(100_000_000 + values);
        assertThat(reply.path("ctx_area_fk100").asText()).hasSize(100).startsWith("50123456^01^N^");
        assertThat(reply.path("ctx_area_nk100").asText()).isBlank().hasSize(100);
    }

    @Test
    void tradesSettleTwoTradingDaysLater() {
        KisClient client = real();
        simulator.setPrice("005930", 100_000);
        client.buy("005930", 30, 0);

        JsonNode monday = client.balance().json().path("output2").get(0);
        assertThat(monday.path("dnca_tot_amt").asText()).isEqualTo("100000000");
        assertThat(monday.path("nxdy_excc_amt").asText()).isEqualTo("100000000");
        assertThat(monday.path("prvs_rcdl_excc_amt").asText()).isEqualTo("97000000");
        assertThat(monday.path("thdt_buy_amt").asText()).isEqualTo("3000000");
        JsonNode position = row(client.balance().json().path("output1"), "pdno", "005930");
        assertThat(position.path("hldg_qty").asText()).isEqualTo("150");
        assertThat(position.path("pchs_avg_pric").asText()).isEqualTo("77000.0000");
        assertThat(position.path("thdt_buyqty").asText()).isEqualTo("30");

        clock.moveTo("2026-11-24T09:00:00");
        JsonNode tuesday = client.balance().json().path("output2").get(0);
        assertThat(tuesday.path("dnca_tot_amt").asText()).isEqualTo("100000000");
        assertThat(tuesday.path("nxdy_excc_amt").asText()).isEqualTo("97000000");
        assertThat(tuesday.path("bfdy_buy_amt").asText()).isEqualTo("3000000");
        clock.moveTo("2026-11-25T09:00:00");
        client.bearer(client.token().json().path("access_token").asText());
        assertThat(client.balance().json().at("/output2/0/dnca_tot_amt").asText()).isEqualTo("97000000");
    }

    @Test
    void soldOutRowsStayUntilSettlement() {
        KisClient client = real();
        client.sell("035420", 40, 0);

        JsonNode gone = row(client.balance().json().path("output1"), "pdno", "035420");
        assertThat(gone.path("hldg_qty").asText()).isEqualTo("0");
        assertThat(gone.path("pchs_amt").asText()).isEqualTo("0");
        assertThat(gone.path("evlu_pfls_rt").asText()).isEqualTo("0.00");
        assertThat(gone.path("thdt_sll_qty").asText()).isEqualTo("40");

        clock.moveTo("2026-11-25T10:00:00");
        client.bearer(client.token().json().path("access_token").asText());
        assertThat(client.balance().json().path("output1").findValuesAsText("pdno")).contains("035420");
        clock.moveTo("2026-11-26T00:00:00");
        assertThat(client.balance().json().path("output1").findValuesAsText("pdno")).doesNotContain("035420");
    }

    @ParameterizedTest
    @CsvSource({"REAL, 50, 3, KIOK0560", "VIRTUAL, 20, 6, 70070000"})
    void balanceComesInPages(Mode mode, int size, int pages, String nothing) {
        KisClient client = start(SimulatorOptions.builder().mode(mode).extraIssues(120)
                .holdings(IntStream.rangeClosed(1, 120)
                        .mapToObj(i -> new Holding(Integer.toString(900_000 + i), i, 10_000)).toList()));
        Map<String, String> query = client.balanceQuery();
        String trId = mode == Mode.REAL ? "TTTC8434R" : "VTTC8434R";
        List<String> codes = new ArrayList<>();
        List<String> marks = new ArrayList<>();
        KisClient.Answer answer = client.get("/trading/inquire-balance", trId, query);
        while (true) {
            codes.addAll(answer.json().path("output1").findValuesAsText("pdno"));
            marks.add(answer.headers().get("tr_cont"));
            if (!Set.of("F", "M").contains(answer.headers().get("tr_cont"))) {
                break;
            }
            assertThat(answer.msgCd()).isEqualTo("KIOK0500");
            assertThat(answer.json().path("output1")).hasSize(size);
            query.put("CTX_AREA_FK100", answer.json().path("ctx_area_fk100").asText());
            query.put("CTX_AREA_NK100", answer.json().path("ctx_area_nk100").asText());
            answer = client.get("/trading/inquire-balance", trId, query, "N");
        }

        assertThat(codes).hasSize(120).doesNotHaveDuplicates();
        assertThat(marks).hasSize(pages).startsWith("F").endsWith("E");
        simulator.orders().setHoldings(List.of());
        KisClient.Answer empty = client.balance();
        assertThat(empty.summary()).isEqualTo("200 0 " + nothing);
        assertThat(empty.json().path("output1")).isEmpty();
        assertThat(empty.headers()).containsEntry("tr_cont", "D");
    }

    @ParameterizedTest
    @CsvSource({"REAL, 100", "VIRTUAL, 15"})
    void ordersComeInPagesNewestFirst(Mode mode, int size) {
        KisClient client = start(SimulatorOptions.builder().mode(mode));
        int count = size + 3;
        for (int i = 0; i < count; i++) {
            client.buy("0001A0", 1, 0);
        }
        Map<String, String> query = client.ordersQuery("20261123", "20261123");
        String trId = mode == Mode.REAL ? "TTTC0081R" : "VTTC0081R";
        KisClient.Answer first = client.get("/trading/inquire-daily-ccld", trId, query);
        query.put("CTX_AREA_NK100", first.json().path("ctx_area_nk100").asText());
        client.buy("0001A0", 1, 0);
        KisClient.Answer second = client.get("/trading/inquire-daily-ccld", trId, query, "N");

        List<String> numbers = new ArrayList<>(first.json().path("output1").findValuesAsText("odno"));
        assertThat(numbers).hasSize(size).isSortedAccordingTo(Comparator.reverseOrder());
        numbers.addAll(second.json().path("output1").findValuesAsText("odno"));
        assertThat(numbers).hasSize(count).doesNotHaveDuplicates();
        assertThat(first.headers()).containsEntry("tr_cont", "F");
        assertThat(second.headers()).containsEntry("tr_cont", "E");
        assertThat(first.json().at("/output2/tot_ord_qty").asText()).isEqualTo(Integer.toString(count));
    }

    @Test
    void anOrderRowHasEveryField() {
        KisClient client = real();
        simulator.setPrice("005930", 100_000);
        client.buy("005930", 3, 0);

        JsonNode row = client.orders("20261123").json().path("output1").get(0);

        assertThat(row).hasSize(36);
        assertThat(row.path("excg_id_dvsn_cd").asText()).isEqualTo("KRX");
        assertThat(row.path("sll_buy_dvsn_cd").asText()).isEqualTo("02");
        assertThat(row.path("tot_ccld_qty").asText()).isEqualTo("3");
        assertThat(row.path("avg_prvs").asText()).isEqualTo("100000");
        assertThat(row.path("ord_tmd").asText()).isEqualTo("100000");
        assertThat(row.path("rmn_qty").asText()).isEqualTo("0");
    }

    @Test
    void ordersAreFoundByWhatIsAskedFor() {
        KisClient client = real();
        String open = client.sell("000660", 5, simulator.market().upperLimit("000660")).output().path("ODNO").asText();
        client.buy("005930", 1, 0);
        client.cancelAll(open);
        String openBuy = client.buy("000660", 1, simulator.market().lowerLimit("000660")).output().path("ODNO").asText();

        assertThat(found(client, "SLL_BUY_DVSN_CD", "01")).hasSize(2);
        assertThat(found(client, "SLL_BUY_DVSN_CD", "02")).hasSize(2);
        assertThat(found(client, "CCLD_DVSN", "01").findValuesAsText("pdno")).containsExactly("005930");
        assertThat(found(client, "CCLD_DVSN", "02").findValuesAsText("odno")).containsExactly(openBuy);
        assertThat(found(client, "PDNO", "000660")).hasSize(3);
        JsonNode original = found(client, "ODNO", open).get(0);
        assertThat(original.path("cncl_yn").asText()).isEqualTo("Y");
        assertThat(original.path("cncl_cfrm_qty").asText()).isEqualTo("5");
        assertThat(original.path("rmn_qty").asText()).isEqualTo("0");
        assertThat(row(found(client, "PDNO", "000660"), "orgn_odno", open).path("sll_buy_dvsn_cd_name").asText())
                .isEqualTo("매도취소");
        assertThat(found(client, "EXCG_ID_DVSN_CD", "NXT")).isEmpty();
        assertThat(found(client, "INQR_DVSN", "01").findValuesAsText("odno")).isSorted();
    }

    private static JsonNode found(KisClient client, String name, String value) {
        Map<String, String> query = client.ordersQuery("20261123", "20261123");
        query.put(name, value);
        return client.get("/trading/inquire-daily-ccld", "TTTC0081R", query).json().path("output1");
    }

    @Test
    void olderThanThreeMonthsIsAnotherTr() {
        KisClient client = real();
        client.buy("005930", 1, 0);
        clock.moveTo("2027-03-01T10:00:00");
        client.bearer(client.token().json().path("access_token").asText());
        Map<String, String> query = client.ordersQuery("20261101", "20261130");

        assertThat(client.get("/trading/inquire-daily-ccld", "TTTC0081R", query).summary())
                .isEqualTo("200 0 KIOK0560");
        assertThat(client.get("/trading/inquire-daily-ccld", "CTSC9215R", query).json().path("output1")).hasSize(1);
        query.put("INQR_STRT_DT", "20261201");
        assertThat(client.get("/trading/inquire-daily-ccld", "TTTC0081R", query).summary())
                .isEqualTo("200 2 OPSQ2001");
    }

    @Test
    void buyableIsReckonedAtTheUpperLimitForMarketOrders() {
        KisClient client = real();
        Map<String, String> query = new LinkedHashMap<>(client.account());
        query.put("PDNO", "005930");
        query.put("ORD_UNPR", "");
        query.put("ORD_DVSN", "01");
        query.put("CMA_EVLU_AMT_ICLD_YN", "N");
        query.put("OVRS_ICLD_YN", "N");
        long upper = simulator.market().upperLimit("005930");

        JsonNode market = client.get("/trading/inquire-psbl-order", "TTTC8908R", query).output();
        assertThat(market).hasSize(12);
        assertThat(market.path("psbl_qty_calc_unpr").asLong()).isEqualTo(upper);
        assertThat(market.path("nrcvb_buy_qty").asLong()).isEqualTo(100_000_000 / upper);
        assertThat(market.path("nrcvb_buy_amt").asText()).isEqualTo("100000000");

        long low = simulator.market().lowerLimit("000660");
        client.buy("000660", 2, low);
        query.put("ORD_DVSN", "00");
        query.put("ORD_UNPR", "50000");
        JsonNode limit = client.get("/trading/inquire-psbl-order", "TTTC8908R", query).output();
        assertThat(limit.path("ord_psbl_cash").asLong()).isEqualTo(100_000_000 - 2 * low);
        assertThat(limit.path("max_buy_qty").asLong()).isEqualTo((100_000_000 - 2 * low) / 50_000);

        query.put("PDNO", "");
        query.put("ORD_UNPR", "");
        assertThat(client.get("/trading/inquire-psbl-order", "TTTC8908R", query).output().path("max_buy_qty").asText())
                .isEqualTo("0");
    }

    @Test
    void sellableKnowsWhatIsOnOrder() {
        KisClient client = real();
        client.sell("000660", 10, simulator.market().upperLimit("000660"));
        Map<String, String> query = new LinkedHashMap<>(client.account());
        query.put("PDNO", "000660");

        JsonNode output = client.get("/trading/inquire-psbl-sell", "TTTC8408R", query).output();

        assertThat(output.path("cblc_qty").asText()).isEqualTo("15");
        assertThat(output.path("ord_psbl_qty").asText()).isEqualTo("5");
        assertThat(row(client.balance().json().path("output1"), "pdno", "000660").path("ord_psbl_qty").asText())
                .isEqualTo("5");
    }

    @Test
    void amendableOrdersAreTheOpenOnes() {
        KisClient client = real();
        client.buy("005930", 1, 0);
        String open = client.buy("000660", 4, simulator.market().lowerLimit("000660")).output().path("ODNO").asText();
        simulator.orders().fill(open, 1);
        Map<String, String> query = new LinkedHashMap<>(client.account());
        query.put("CTX_AREA_FK100", "");
        query.put("CTX_AREA_NK100", "");
        query.put("INQR_DVSN_1", "0");
        query.put("INQR_DVSN_2", "0");

        KisClient.Answer answer = client.get("/trading/inquire-psbl-rvsecncl", "TTTC0084R", query);

        assertThat(answer.output()).hasSize(1);
        assertThat(answer.output().get(0)).hasSize(21);
        assertThat(answer.output().get(0).path("odno").asText()).isEqualTo(open);
        assertThat(answer.output().get(0).path("psbl_qty").asText()).isEqualTo("3");
        query.put("INQR_DVSN_2", "1");
        assertThat(client.get("/trading/inquire-psbl-rvsecncl", "TTTC0084R", query).summary())
                .isEqualTo("200 0 KIOK0560");
    }
}
