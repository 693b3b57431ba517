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
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts 3.1 to 3.8, checklist 9. */
class QuotationsTest {

    /** Every field of facts 3.1 that is not named there as often absent. */
    private static final String PRICE_FIELDS = "iscd_stat_cls_code marg_rate rprs_mrkt_kor_name bstp_kor_isnm "
            + "temp_stop_yn oprc_rang_cont_yn clpr_rang_cont_yn crdt_able_yn grmn_rate_cls_code elw_pblc_yn stck_prpr "
            + "prdy_vrss prdy_vrss_sign prdy_ctrt acml_tr_pbmn acml_vol prdy_vrss_vol_rate stck_oprc stck_hgpr "
            + "stck_lwpr stck_mxpr stck_llam stck_sdpr wghn_avrg_stck_prc hts_frgn_ehrt frgn_ntby_qty pgtr_ntby_qty "
            + "pvt_scnd_dmrs_prc pvt_frst_dmrs_prc pvt_pont_val pvt_frst_dmsp_prc pvt_scnd_dmsp_prc dmrs_val dmsp_val "
            + "cpfn rstc_wdth_prc stck_fcam stck_sspr aspr_unit hts_deal_qty_unit_val lstn_stcn hts_avls per pbr "
            + "stac_month vol_tnrt eps bps d250_hgpr d250_hgpr_date d250_hgpr_vrss_prpr_rate d250_lwpr "
            + "d250_lwpr_date d250_lwpr_vrss_prpr_rate stck_dryy_hgpr dryy_hgpr_vrss_prpr_rate dryy_hgpr_date "
            + "stck_dryy_lwpr dryy_lwpr_vrss_prpr_rate dryy_lwpr_date w52_hgpr w52_hgpr_vrss_prpr_ctrt w52_hgpr_date "
            + "w52_lwpr w52_lwpr_vrss_prpr_ctrt w52_lwpr_date whol_loan_rmnd_rate ssts_yn stck_shrn_iscd fcam_cnnm "
            + "cpfn_cnnm apprch_rate frgn_hldn_qty vi_cls_code ovtm_vi_cls_code last_ssts_cntg_qty invt_caful_yn "
            + "mrkt_warn_cls_code short_over_yn sltr_yn mang_issu_cls_code";

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private final Simulator simulator = Simulator.start(
            SimulatorOptions.builder().clock(clock).rateLimits(RateLimits.OFF).build());
    private final KisClient client = KisClient.loggedIn(simulator);

    private static Map<String, String> fid(String... namesAndValues) {
        Map<String, String> query = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            query.put("FID_" + namesAndValues[i], namesAndValues[i + 1]);
        }
        return query;
    }

    private JsonNode dailyPrice(String code, String adjusted, String period) {
        return client.get("/quotations/inquire-daily-price", "FHKST01010400", fid("COND_MRKT_DIV_CODE", "J",
                "INPUT_ISCD", code, "PERIOD_DIV_CODE", period, "ORG_ADJ_PRC", adjusted)).output();
    }

    private JsonNode chart(String code, String from, String to, String period, String original) {
        return client.get("/quotations/inquire-daily-itemchartprice", "FHKST03010100", fid("COND_MRKT_DIV_CODE", "J",
                "INPUT_ISCD", code, "INPUT_DATE_1", from, "INPUT_DATE_2", to, "PERIOD_DIV_CODE", period,
                "ORG_ADJ_PRC", original)).json();
    }

    private JsonNode indexChart(String code, String from, String to) {
        return client.get("/quotations/inquire-daily-indexchartprice", "FHKUP03500100", fid("COND_MRKT_DIV_CODE", "U",
                "INPUT_ISCD", code, "INPUT_DATE_1", from, "INPUT_DATE_2", to, "PERIOD_DIV_CODE", "D")).json();
    }

    private JsonNode minutes(String code, String hour) {
        return client.get("/quotations/inquire-time-itemchartprice", "FHKST03010200", fid("ETC_CLS_CODE", "",
                "COND_MRKT_DIV_CODE", "J", "INPUT_ISCD", code, "INPUT_HOUR_1", hour, "PW_DATA_INCU_YN", "Y")).json();
    }

    private static List<String> texts(JsonNode rows, String field) {
        return StreamSupport.stream(rows.spliterator(), false).map(row -> row.path(field).asText()).toList();
    }

    private static long number(JsonNode row, String field) {
        return Long.parseLong(row.path(field).asText());
    }

    @Test
    void presentPriceHasEveryField() {
        JsonNode output = client.price("005930").output();

        assertThat(output.fieldNames()).toIterable().containsExactlyInAnyOrder(PRICE_FIELDS.split(" "));
        assertThat(number(output, "stck_prpr")).isEqualTo(simulator.market().price("005930"));
        assertThat(number(output, "stck_prpr")).isBetween(number(output, "stck_lwpr"), number(output, "stck_hgpr"));
        assertThat(number(output, "prdy_vrss")).isEqualTo(number(output, "stck_prpr") - number(output, "stck_sdpr"));
        assertThat(number(output, "d250_hgpr")).isGreaterThanOrEqualTo(number(output, "stck_dryy_hgpr"));
        assertThat(output.path("stck_shrn_iscd").asText()).isEqualTo("005930");
        assertThat(output.has("hts_kor_isnm")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"000660", "247540", "0001A0", "069500", "Q500001"})
    void pricesAreOnTheirGridAndWithinTheirLimits(String code) {
        JsonNode output = client.price(code).output();
        long tick = number(output, "aspr_unit");

        assertThat(number(output, "stck_prpr") % tick).isZero();
        assertThat(number(output, "stck_prpr")).isBetween(number(output, "stck_llam"), number(output, "stck_mxpr"));
        assertThat(number(output, "stck_mxpr")).isLessThanOrEqualTo(number(output, "stck_sdpr") * 13 / 10);
        assertThat(number(output, "stck_llam")).isGreaterThanOrEqualTo(number(output, "stck_sdpr") * 7 / 10);
    }

    @Test
    void someIssuesHaveNoSector() {
        assertThat(client.price("069500").output().has("bstp_kor_isnm")).isFalse();
    }

    @Test
    void anUnknownCodeIsAnsweredWithZeros() {
        KisClient.Answer answer = client.price("999999");

        assertThat(answer.summary()).isEqualTo("200 0 MCA00000");
        assertThat(answer.output().path("stck_prpr").asText()).isEqualTo("0");
        assertThat(answer.output().path("acml_vol").asText()).isEqualTo("0");
    }

    @Test
    void pricesMoveWithTimeAndSeedAlone() {
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            seen.add(simulator.market().price("005930"));
            clock.advance(Duration.ofMinutes(10));
        }
        assertThat(seen.stream().distinct().count()).isGreaterThan(3);

        clock.moveTo("2026-11-23T10:00:00");
        assertThat(simulator.market().price("005930")).isEqualTo(seen.get(0));
        Market another = new Market(SimulatorOptions.builder().clock(clock).build());
        Market otherSeed = new Market(SimulatorOptions.builder().clock(clock).seed(7).build());
        assertThat(another.price("005930")).isEqualTo(seen.get(0));
        assertThat(otherSeed.price("005930")).isNotEqualTo(seen.get(0));
    }

    @Test
    void theDaysRangeOnlyWidens() {
        long high = 0;
        long low = Long.MAX_VALUE;
        for (int i = 0; i < 30; i++) {
            JsonNode output = client.price("000660").output();
            assertThat(number(output, "stck_hgpr")).isGreaterThanOrEqualTo(high);
            assertThat(number(output, "stck_lwpr")).isLessThanOrEqualTo(low);
            high = number(output, "stck_hgpr");
            low = number(output, "stck_lwpr");
            clock.advance(Duration.ofMinutes(15));
        }
    }

    @Test
    void indexHasEveryFieldAndTwoDecimals() {
        KisClient.Answer answer = client.get("/quotations/inquire-index-price", "FHPUP02100000",
                fid("COND_MRKT_DIV_CODE", "U", "INPUT_ISCD", "0001"));

        assertThat(answer.summary()).isEqualTo("200 0 MCA00000");
        assertThat(answer.output()).hasSize(36);
        assertThat(answer.output().path("bstp_nmix_prpr").asText()).matches("[0-9]{4}\\.[0-9]{2}");
        assertThat(answer.output().path("bstp_nmix_prpr").asText())
                .isEqualTo(indexChart("0001", "20261101", "20261123").at("/output1/bstp_nmix_prpr").asText());
        assertThat(client.get("/quotations/inquire-index-price", "FHPUP02100000",
                fid("COND_MRKT_DIV_CODE", "U", "INPUT_ISCD", "9999")).summary()).isEqualTo("200 2 OPSQ2001");
    }

    @Test
    void dailyPricesAreThirtyNewestFirstWithTodayOnTop() {
        JsonNode rows = dailyPrice("005930", "1", "D");

        assertThat(rows).hasSize(30);
        assertThat(texts(rows, "stck_bsop_date")).isSortedAccordingTo(Comparator.reverseOrder())
                .startsWith("20261123", "20261120").doesNotHaveDuplicates();
        assertThat(number(rows.get(0), "stck_clpr")).isEqualTo(simulator.market().price("005930"));
        assertThat(number(rows.get(1), "stck_clpr"))
                .isEqualTo(number(client.price("005930").output(), "stck_sdpr"));
        assertThat(rows.get(0)).hasSize(14);
        assertThat(dailyPrice("005930", "1", "W")).hasSize(30);
        assertThat(dailyPrice("005930", "1", "M")).hasSize(30);
        assertThat(dailyPrice("999999", "1", "D")).isEmpty();
    }

    @Test
    void theAdjustmentFlagsOfTheTwoChartsAreReversed() {
        JsonNode original = dailyPrice(Market.SPLIT_CODE, "0", "D");
        JsonNode adjusted = dailyPrice(Market.SPLIT_CODE, "1", "D");
        JsonNode chartAdjusted = chart(Market.SPLIT_CODE, "20261001", "20261123", "D", "0").path("output2");
        JsonNode chartOriginal = chart(Market.SPLIT_CODE, "20261001", "20261123", "D", "1").path("output2");

        for (JsonNode rows : List.of(adjusted, chartAdjusted)) {
            assertThat(number(rows.get(29), "stck_clpr")).isLessThan(2 * number(rows.get(0), "stck_clpr"));
        }
        for (JsonNode rows : List.of(original, chartOriginal)) {
            assertThat(number(rows.get(29), "stck_clpr")).isGreaterThan(3 * number(rows.get(0), "stck_clpr"));
        }
        assertThat(texts(original, "stck_clpr")).isEqualTo(texts(chartOriginal, "stck_clpr").subList(0, 30));
        assertThat(texts(adjusted, "stck_clpr")).isEqualTo(texts(chartAdjusted, "stck_clpr").subList(0, 30));
        assertThat(number(original.get(0), "stck_clpr")).isEqualTo(number(adjusted.get(0), "stck_clpr"));
        assertThat(chartAdjusted.get(29).path("mod_yn").asText()).isEqualTo("Y");
        assertThat(chartOriginal.get(29).path("mod_yn").asText()).isEqualTo("N");
    }

    @Test
    void theChartIsWalkedBackInPagesOfAHundred() {
        List<String> dates = new ArrayList<>();
        String to = "20261123";
        for (int page = 0; page < 12; page++) {
            JsonNode rows = chart("005930", "20000101", to, "D", "0").path("output2");
            if (rows.isEmpty()) {
                break;
            }
            assertThat(rows.size()).isLessThanOrEqualTo(100);
            dates.addAll(texts(rows, "stck_bsop_date"));
            to = Texts.date(Texts.parseDate(dates.get(dates.size() - 1)).orElseThrow().minusDays(1));
        }

        assertThat(dates.size()).isGreaterThan(1_100);
        assertThat(dates).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void theChartKeepsToItsRangeAndNamesTheIssue() {
        JsonNode reply = chart("005930", "20261109", "20261113", "D", "0");

        assertThat(texts(reply.path("output2"), "stck_bsop_date"))
                .containsExactly("20261113", "20261112", "20261111", "20261110", "20261109");
        assertThat(reply.at("/output1/hts_kor_isnm").asText()).isEqualTo("삼성전자");
        assertThat(reply.at("/output1/stck_prpr").asText())
                .isEqualTo(Long.toString(simulator.market().price("005930")));
        assertThat(reply.at("/output1/itewhol_loan_rmnd_ratem").isTextual()).isTrue();
        assertThat(reply.path("output1")).hasSize(30);
        assertThat(reply.path("output2").get(0)).hasSize(13);
        assertThat(chart("005930", "20260101", "29991231", "D", "0").path("output2")).hasSize(100);
        assertThat(chart("005930", "20220101", "20261123", "Y", "0").path("output2")).hasSize(5);
        assertThat(chart("005930", "20260901", "20261123", "M", "0").path("output2")).hasSize(3);
        assertThat(chart("0001A0", "20200101", "20261123", "D", "0").path("output2").size()).isLessThan(130);
    }

    @Test
    void wrongDatesAndPeriodsAreNamed() {
        assertThat(chart("005930", "20261301", "20261123", "D", "0").path("msg1").asText().trim())
                .isEqualTo("ERROR : INPUT INVALID_CHECK_INPUT_DATE_1");
        assertThat(chart("005930", "20261001", "2026-11-23", "D", "0").path("rt_cd").asText()).isEqualTo("2");
        assertThat(chart("005930", "20261001", "20261123", "X", "0").path("rt_cd").asText()).isEqualTo("2");
    }

    @Test
    void indexChartsHaveFiftyRows() {
        JsonNode reply = indexChart("2001", "20250101", "20261123");

        assertThat(reply.path("output2")).hasSize(50);
        assertThat(reply.path("output1")).hasSize(16);
        assertThat(reply.path("output2").get(0)).hasSize(8);
        assertThat(reply.at("/output2/0/stck_bsop_date").asText()).isEqualTo("20261123");
        assertThat(reply.at("/output1/hts_kor_isnm").asText()).isEqualTo("KOSPI200");
    }

    @Test
    void minutesAreThirtyNewestFirstAndNeverOfTheFuture() {
        JsonNode reply = minutes("005930", "235959");

        assertThat(texts(reply.path("output2"), "stck_cntg_hour")).hasSize(30).startsWith("100000", "095900");
        assertThat(reply.at("/output2/0/stck_prpr").asText())
                .isEqualTo(Long.toString(simulator.market().price("005930")));
        assertThat(reply.at("/output1/hts_kor_isnm").asText()).isEqualTo("삼성전자");
        assertThat(texts(minutes("005930", "090500").path("output2"), "stck_cntg_hour"))
                .containsExactly("090500", "090400", "090300", "090200", "090100", "090000");
        assertThat(minutes("005930", "250000").path("rt_cd").asText()).isEqualTo("2");
    }

    @Test
    void todaysInvestorsAreBlankUntilTheClose() {
        Map<String, String> query = fid("COND_MRKT_DIV_CODE", "J", "INPUT_ISCD", "005930");
        JsonNode before = client.get("/quotations/inquire-investor", "FHKST01010900", query).output();
        clock.moveTo("2026-11-23T15:30:01");
        JsonNode after = client.get("/quotations/inquire-investor", "FHKST01010900", query).output();

        assertThat(before).hasSize(30);
        assertThat(before.get(0)).hasSize(22);
        assertThat(before.get(0).path("frgn_ntby_qty").asText()).isEmpty();
        assertThat(after.get(0).path("frgn_ntby_qty").asText()).isNotEmpty();
        JsonNode row = before.get(1);
        assertThat(number(row, "prsn_ntby_qty") + number(row, "frgn_ntby_qty") + number(row, "orgn_ntby_qty")).isZero();
        assertThat(number(row, "frgn_shnu_vol") - number(row, "frgn_seln_vol"))
                .isEqualTo(number(row, "frgn_ntby_qty"));
    }

    @Test
    void holidaysComeInPages() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("BASS_DT", "20261223");
        query.put("CTX_AREA_NK", "");
        query.put("CTX_AREA_FK", "");
        KisClient.Answer first = client.get("/quotations/chk-holiday", "CTCA0903R", query);
        query.put("CTX_AREA_NK", first.json().path("ctx_area_nk").asText());
        KisClient.Answer second = client.get("/quotations/chk-holiday", "CTCA0903R", query, "N");

        assertThat(first.summary()).isEqualTo("200 0 KIOK0500");
        assertThat(first.headers()).containsEntry("tr_cont", "F");
        assertThat(first.output()).hasSize(24);
        assertThat(first.json().path("ctx_area_nk").asText()).hasSize(20);
        assertThat(texts(first.output(), "opnd_yn").subList(0, 10))
                .containsExactly("Y", "Y", "N", "N", "N", "Y", "Y", "Y", "N", "N");
        assertThat(first.output().get(8).path("bzdy_yn").asText()).isEqualTo("Y");
        assertThat(first.output().get(4).path("wday_dvsn_cd").asText()).isEqualTo("01");
        assertThat(second.output().get(0).path("bass_dt").asText()).isEqualTo("20270116");
        assertThat(second.headers()).containsEntry("tr_cont", "M");
    }

    @Test
    void onASundayTheMarketStillMovesButTheLastBarIsFridays() {
        clock.moveTo("2026-11-22T20:00:00");
        long evening = simulator.market().price("000660");
        JsonNode rows = dailyPrice("000660", "1", "D");
        clock.advance(Duration.ofHours(5));

        assertThat(rows.get(0).path("stck_bsop_date").asText()).isEqualTo("20261120");
        assertThat(number(rows.get(0), "stck_clpr")).isEqualTo(evening);
        assertThat(dailyPrice("000660", "1", "D").get(0).path("stck_bsop_date").asText()).isEqualTo("20261120");
    }

    @Test
    void testsCanPinAndHalt() {
        simulator.setPrice("005930", 50_000);
        assertThat(number(client.price("005930").output(), "stck_prpr")).isEqualTo(50_000);
        clock.advance(Duration.ofHours(1));
        simulator.setPrice("005930", 50_100);
        assertThat(number(client.price("005930").output(), "stck_hgpr")).isGreaterThanOrEqualTo(50_100);
        assertThat(dailyPrice("005930", "1", "D").get(0).path("stck_clpr").asText()).isEqualTo("50100");
        simulator.releasePrice("005930");
        assertThat(simulator.market().price("005930")).isNotEqualTo(50_100);

        simulator.halt("005930", true);
        assertThat(client.price("005930").output().path("temp_stop_yn").asText()).isEqualTo("Y");
        assertThat(client.price("005930").output().path("iscd_stat_cls_code").asText()).isEqualTo("58");
    }
}
