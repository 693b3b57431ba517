package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.Gateway;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Stopwatch;
import io.kisgateway.testing.TestClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies of KIS with something blank, odd or left out in them, through a whole gateway: nothing that is not the answer costs it. */
class OddRepliesTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String DAILY = "/api/market-data/daily-prices";
    private static final String MINUTES = "/api/market-data/minute-chart";
    private static final String INVESTORS = "/api/market-data/investor-trend";
    private static final String BALANCE = "/api/account/balance";
    private static final String SAMSUNG = "{\"stock_code\":\"005930\"}";
    private static final String FIVE_MINUTES = "{\"stock_code\":\"005930\",\"minute_interval\":5}";
    private static final String PAST_DAY = "{\"stock_code\":\"005930\",\"target_date\":\"20261120\"}";
    private static final String PRICE =
            "'rt_cd':'0','output':{'stck_prpr':'71200','stck_hgpr':'71500','stck_lwpr':'70900','stck_oprc':'71000',"
                    + "'acml_vol':'123','prdy_vrss':'200','prdy_ctrt':'0.28','per':'10.1','pbr':'1.2','eps':'7000','bps':'60000','hts_avls':'4250000',"
                    + "'aspr_unit':'100','temp_stop_yn':'N','iscd_stat_cls_code':'55','stck_sdpr':'71000'}";
    private static final String ROW =
            "{'pdno':'005930','prdt_name':'a','hldg_qty':'10','ord_psbl_qty':'10','pchs_avg_pric':'70000.1','prpr':'71200',"
                    + "'pchs_amt':'700001','evlu_amt':'712000','evlu_pfls_amt':'11999','evlu_pfls_rt':'1.71'}";
    private static final String TOTAL = "{'dnca_tot_amt':'1000','nxdy_excc_amt':'900','prvs_rcdl_excc_amt':'800','scts_evlu_amt':'712000',"
            + "'tot_evlu_amt':'713000','nass_amt':'713000','pchs_amt_smtl_amt':'700001','evlu_pfls_smtl_amt':'11999'}";

    private static final TestClock clock = TestClock.morning();
    private static StubKis kis;
    private static Gateway gateway;
    private static Http http;

    @BeforeAll
    static void start() throws Exception {
        kis = new StubKis();
        gateway = kis.gateway(clock);
        http = new Http("http://127.0.0.1:" + gateway.port());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        kis.close();
    }

    private static void kisSays(String members) {
        kis.reply(request -> Answer.json(200, "{" + members.replace('\'', '"') + "}"));
    }

    @ParameterizedTest
    @CsvSource({"stck_hgpr,high", "stck_lwpr,low", "stck_oprc,open", "acml_vol,volume", "prdy_vrss,change", "prdy_ctrt,change_rate",
        "per,per",
        "pbr,pbr", "eps,eps", "bps,bps", "hts_avls,market_cap", "aspr_unit,tick_size"})
    void whatIsNotThePriceIsNullWhateverStandsThere(String member, String ours) {
        for (String odd : new String[] {"''", "' '", "'-'", "'-inf'", "'inf'", "'NaN'", "'N/A'", "null", "'1,2'", "'12a'",
            "'" + "9".repeat(41) + "'"}) {
            kisSays(PRICE.replaceFirst("'" + member + "':'[^']*'", "'" + member + "':" + odd));
            Reply reply = http.post(SNAPSHOT, SAMSUNG);
            assertThat(reply.status()).as("%s: %s", odd, reply.text()).isEqualTo(200);
            assertThat(reply.at("/data/price").longValue()).isEqualTo(71200);
            assertThat(reply.json().at("/data").has(ours)).isTrue();
            assertThat(reply.at("/data/" + ours).isNull()).as(odd).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "' '", "null", "'-'", "'x'", "'71,200'", "'71200.5'"})
    void thePriceIsNeverGuessedAndTheMemberIsNamed(String odd) {
        kisSays(PRICE.replace("'stck_prpr':'71200'", "'stck_prpr':" + odd));
        Reply reply = http.post(SNAPSHOT, SAMSUNG);
        assertThat(reply.code()).isEqualTo("KIS_UNREADABLE");
        assertThat(reply.at("/detail").asText()).contains("stck_prpr");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'rt_cd':'1',", "'rt_cd':'0','output':{'stck_prpr':'1'},", "'output':{'stck_prpr':'1','stck_prpr':'2'},"})
    void ofTwoPricesNoneIsChosen(String before) {
        kisSays(before + PRICE);
        assertThat(http.post(SNAPSHOT, SAMSUNG).code()).isEqualTo("KIS_UNREADABLE");
        kisSays(PRICE.replace("'stck_prpr':'71200'", "'stck_prpr':'71200','stck_prpr':'1'"));
        assertThat(http.post(SNAPSHOT, SAMSUNG).code()).isEqualTo("KIS_UNREADABLE");
    }

    @Test
    void ofTwoSumsOfMoneyNoneIsChosen() {
        String said = "'rt_cd':'0','msg_cd':'KIOK0510','output1':[" + ROW + "],'output2':[" + TOTAL + "]";
        kisSays(said);
        assertThat(http.post(BALANCE, "{}").status()).isEqualTo(200);
        kisSays(said.replace("'hldg_qty':'10'", "'hldg_qty':'10','hldg_qty':'1'"));
        assertThat(http.post(BALANCE, "{}").code()).isEqualTo("KIS_UNREADABLE");
    }

    @Test
    void whetherAStockIsHaltedIsNotGuessed() {
        String both = "'temp_stop_yn':'N','iscd_stat_cls_code':'55'";
        assertThat(PRICE).contains(both);
        Map.of(both, "false", "'temp_stop_yn':'Y'", "true", "'iscd_stat_cls_code':'58'", "true",
                "'temp_stop_yn':'N','iscd_stat_cls_code':'58'",
                "true", "'temp_stop_yn':' ','iscd_stat_cls_code':'55'", "null", "'iscd_stat_cls_code':'55'", "null",
                "'temp_stop_yn':'N','iscd_stat_cls_code':''", "null", "'temp_stop_yn':'0','iscd_stat_cls_code':'55'", "null")
                .forEach((said, halted) -> {
                    kisSays(PRICE.replace(both, said));
                    assertThat(http.post(SNAPSHOT, SAMSUNG).at("/data/halted").toString()).as(said).isEqualTo(halted);
                });
    }

    @Test
    void aPriceBelowZeroIsNoneAndAChangeBelowZeroIsOne() {
        kisSays(PRICE.replace("'71200'", "'-71200'"));
        Reply price = http.post(SNAPSHOT, SAMSUNG);
        assertThat(price.code()).isEqualTo("KIS_UNREADABLE");
        assertThat(price.at("/detail").asText()).contains("stck_prpr").contains("-71200");
        kisSays(PRICE.replace("'70900'", "'-70900'").replace("'200'", "'-200'"));
        Reply low = http.post(SNAPSHOT, SAMSUNG);
        assertThat(low.status()).as(low.text()).isEqualTo(200);
        assertThat(low.at("/data/low").isNull()).isTrue();
        assertThat(low.at("/data/change").longValue()).isEqualTo(-200);
        kisSays("'rt_cd':'0','output':[{'stck_bsop_date':'20261119','stck_clpr':'-2'}]");
        assertThat(http.post(DAILY, SAMSUNG).code()).isEqualTo("KIS_UNREADABLE");
        kisSays("'rt_cd':'0','output1':[" + ROW.replace("'71200'", "'-71200'") + "],'output2':[" + TOTAL + "]");
        assertThat(http.post(BALANCE, "{}").code()).isEqualTo("KIS_UNREADABLE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'msg_cd':'MCA00000'", "'output2':[]", "'output1':null", "'output1':{'hts_kor_isnm':'a','stck_prpr':'3'}"})
    void barsThatAreNotThereDoNotMakeTheCodeUnknown(String members) {
        kisSays("'rt_cd':'0'," + members);
        for (String request : new String[] {SAMSUNG, "{'stock_code':'005930','minute_interval':5}".replace('\'', '"')}) {
            Reply reply = http.post(MINUTES, request);
            assertThat(reply.status()).as(reply.text()).isEqualTo(502);
            assertThat(reply.code()).isEqualTo("KIS_UNREADABLE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "''", "[]"})
    void barsWithoutTheirHeadAreBarsOfACodeThatKisKnows(String head) {
        for (String request : new String[] {SAMSUNG, FIVE_MINUTES, PAST_DAY}) {
            kisSays("'rt_cd':'0','output1':" + head + ",'output2':[" + minute("153000") + "]");
            Reply reply = http.post(MINUTES, request);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.at("/data/0/close").longValue()).isEqualTo(7);
            for (String nothing : new String[] {"", "{}", "{'stck_bsop_date':'','stck_prpr':'0'}"}) {
                kisSays("'rt_cd':'0','output1':" + head + ",'output2':[" + nothing + "]");
                assertThat(http.post(MINUTES, request).code()).as(nothing).isEqualTo("UNKNOWN_STOCK");
            }
        }
    }

    @Test
    void aReplyThatNobodyAskedToBePackedIsUnreadable() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(("{" + PRICE.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8));
        }
        kis.reply(request -> new Answer(200, Map.of("content-type", "application/json", "content-encoding", "gzip"),
                packed.toByteArray()));
        Reply reply = http.post(SNAPSHOT, SAMSUNG);
        assertThat(reply.status()).as(reply.text()).isEqualTo(502);
        assertThat(reply.code()).isEqualTo("KIS_UNREADABLE");
        kisSays(PRICE);
        assertThat(http.post(SNAPSHOT, SAMSUNG).status()).isEqualTo(200);
    }

    @Test
    void millionsOfDigitsAreNoNumberAndTakeNoTime() {
        kisSays(PRICE.replace("'71200'", "'" + "9".repeat(3_000_000) + "'"));
        Stopwatch.within(Duration.ofSeconds(5), () -> assertThat(http.post(SNAPSHOT, SAMSUNG).code()).isEqualTo("KIS_UNREADABLE"));
    }

    @Test
    void aStockBeforeItsFirstTradeIsNotAnUnknownOne() {
        kisSays(PRICE.replace("'71200'", "'0'"));
        Reply reply = http.post(SNAPSHOT, SAMSUNG);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("NO_PRICE_YET");
        kisSays("'rt_cd':'0','output':{'stck_prpr':'0','stck_sdpr':'0'}");
        assertThat(http.post(SNAPSHOT, SAMSUNG).code()).isEqualTo("UNKNOWN_STOCK");
        kisSays("'rt_cd':'0','output1':{'hts_kor_isnm':'a','stck_prpr':'0'},'output2':[]");
        Reply chart = http.post(DAILY, "{\"stock_code\":\"005930\",\"num_days_to_fetch\":40}");
        assertThat(chart.status()).as(chart.text()).isEqualTo(200);
        assertThat(chart.at("/data").size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'stck_bsop_date':'','stck_clpr':''}",
        "{'stck_bsop_date':'20261120','stck_clpr':' ','stck_oprc':'','acml_vol':null}"})
    void rowsWithNothingInThemAreLeftOut(String filler) {
        String row = "{'stck_bsop_date':'20261119','stck_oprc':'1','stck_hgpr':'','stck_lwpr':'1','stck_clpr':'2','acml_vol':'-'}";
        kisSays("'rt_cd':'0','output':[" + filler + "," + row + "," + filler + "]");
        Reply reply = http.post(DAILY, SAMSUNG);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data").size()).isEqualTo(1);
        assertThat(reply.at("/data/0/close").longValue()).isEqualTo(2);
        assertThat(reply.at("/data/0/high").isNull()).isTrue();
        assertThat(reply.at("/data/0/volume").isNull()).isTrue();

        kisSays("'rt_cd':'0','output':[" + row + "," + row.replace("'stck_clpr':'2'", "'stck_clpr':''") + "]");
        Reply without = http.post(DAILY, SAMSUNG);
        assertThat(without.code()).isEqualTo("KIS_UNREADABLE");
        assertThat(without.at("/detail").asText()).contains("stck_clpr of output[1]");
    }

    @Test
    void minuteBarsToo() {
        String row =
                "{'stck_bsop_date':'20261123','stck_cntg_hour':'095900','stck_prpr':'3','stck_oprc':'','stck_hgpr':'','stck_lwpr':'','cntg_vol':''}";
        kisSays("'rt_cd':'0','output1':{'stck_prpr':'3','hts_kor_isnm':'a'},'output2':[{'stck_bsop_date':'20261123','stck_cntg_hour':'100000','stck_prpr':''},"
                + row + ",{}]");
        Reply reply = http.post(MINUTES, SAMSUNG);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data").size()).isEqualTo(1);
        assertThat(reply.at("/data/0/volume").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'row'", "['a']"})
    void whatIsNoRowNeverLooksLikeAnEmptyList(String odd) {
        kisSays("'rt_cd':'0','output1':[" + odd + "],'output2':[" + TOTAL + "]");
        Reply holdings = http.post(BALANCE, "{}");
        assertThat(holdings.code()).as(holdings.text()).isEqualTo("KIS_UNREADABLE");
        kisSays("'rt_cd':'0','output1':{'hts_kor_isnm':'a','stck_prpr':'3'},'output':[" + odd + "],'output2':[" + odd + "]");
        for (String request : new String[] {SAMSUNG, "{\"stock_code\":\"005930\",\"num_days_to_fetch\":40}"}) {
            Reply days = http.post(DAILY, request);
            assertThat(days.code()).as(days.text()).isEqualTo("KIS_UNREADABLE");
        }
        for (String request : new String[] {SAMSUNG, FIVE_MINUTES, PAST_DAY}) {
            Reply minutes = http.post(MINUTES, request);
            assertThat(minutes.code()).as(minutes.text()).isEqualTo("KIS_UNREADABLE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "''", "[]", "{'stck_bsop_date':'20261120','stck_cntg_hour':'','stck_prpr':'','stck_clpr':''}",
        "{'stck_bsop_date':'20261120','stck_cntg_hour':'153000','stck_prpr':'','stck_clpr':' '}",
        "{'stck_bsop_date':'20261119','stck_cntg_hour':'','stck_prpr':'','stck_clpr':''}",
        "{'stck_bsop_date':'','stck_cntg_hour':'','stck_prpr':'0','stck_clpr':'0'}"})
    void aFillerRowNeitherTakesAnotherRowsPlaceNorEndsTheWalk(String filler) {
        kis.reply(request -> Answer.json(200, ("{'rt_cd':'0','output1':{'hts_kor_isnm':'a','stck_prpr':'3'},'output2':[" + filler + ","
                + (request.query().contains("FID_INPUT_HOUR_1=160000") ? minute("153000") + "," + filler : minute("152900")) + "]}")
                .replace('\'', '"')));
        Reply minutes = http.post(MINUTES, PAST_DAY);
        assertThat(minutes.status()).as(minutes.text()).isEqualTo(200);
        assertThat(minutes.at("/data").size()).isEqualTo(2);

        kisSays("'rt_cd':'0','output1':{'hts_kor_isnm':'a'},'output2':[" + filler.replaceAll("'stck_cntg_hour':'[^']*',", "")
                + ",{'stck_bsop_date':'20261120','stck_clpr':'2'}]");
        Reply days = http.post(DAILY, "{\"stock_code\":\"005930\",\"num_days_to_fetch\":40}");
        assertThat(days.status()).as(days.text()).isEqualTo(200);
        assertThat(days.at("/data").size()).isEqualTo(1);
        assertThat(days.at("/data/0/close").longValue()).isEqualTo(2);
    }

    private static String minute(String time) {
        return "{'stck_bsop_date':'20261120','stck_cntg_hour':'" + time + "','stck_prpr':'7'}";
    }

    @Test
    void aRowWithoutItsDateOrTimeIsNotLeftOutInSilence() {
        for (String odd : new String[] {"'stck_bsop_date':'20261120','stck_cntg_hour':''",
            "'stck_bsop_date':'','stck_cntg_hour':'153000'"}) {
            kisSays("'rt_cd':'0','output1':{'hts_kor_isnm':'a','stck_prpr':'3'},'output2':[" + minute("153000") + ",{" + odd
                    + ",'stck_prpr':'7'}]");
            for (String request : new String[] {SAMSUNG, FIVE_MINUTES, PAST_DAY}) {
                Reply minutes = http.post(MINUTES, request);
                assertThat(minutes.code()).as(minutes.text()).isEqualTo("KIS_UNREADABLE");
                assertThat(minutes.at("/detail").asText()).contains(odd.endsWith("hour':''") ? "stck_cntg_hour" : "stck_bsop_date");
            }
        }
        kisSays("'rt_cd':'0','output1':{'hts_kor_isnm':'a'},'output2':[{'stck_bsop_date':'20261120','stck_clpr':'2'},{'stck_clpr':'3'}]");
        assertThat(http.post(DAILY, "{\"stock_code\":\"005930\",\"num_days_to_fetch\":40}").code()).isEqualTo("KIS_UNREADABLE");
        kisSays("'rt_cd':'0','output':[{'stck_bsop_date':'20261120','stck_clpr':'2'},{'stck_clpr':'3'}]");
        Reply investors = http.post(INVESTORS, SAMSUNG);
        assertThat(investors.code()).as(investors.text()).isEqualTo("KIS_UNREADABLE");
        assertThat(investors.at("/detail").asText()).contains("stck_bsop_date of output[1]");
    }

    @Test
    void whoAsksForADayWithoutTradeIsNotGivenAnotherDay() {
        kisSays("'rt_cd':'0','output1':{'hts_kor_isnm':'a','stck_prpr':'3'},'output2':[" + minute("153000") + "]");
        assertThat(http.post(MINUTES, SAMSUNG).at("/data").size()).isEqualTo(1);
        for (String more : new String[] {"", ",\"minute_interval\":5"}) {
            Reply today = http.post(MINUTES, "{\"stock_code\":\"005930\",\"target_date\":\"2026-11-23\"" + more + "}");
            assertThat(today.status()).as(today.text()).isEqualTo(200);
            assertThat(today.at("/data").size()).isZero();
            Reply tomorrow = http.post(MINUTES, "{\"stock_code\":\"005930\",\"target_date\":\"2026-11-24\"" + more + "}");
            assertThat(tomorrow.status()).isEqualTo(400);
            assertThat(tomorrow.at("/field").asText()).isEqualTo("target_date");
        }
    }

    /** Found at the wire: it was kept, and of days that are over for good. */
    @ParameterizedTest
    @ValueSource(strings = {"'output':[]", "'output':null", "'x':''", "'output':{}", "'output':[null]", "'output':['x']", "'output':[%s]",
        "'output':[%s,{}]",
        "'output':[{'bass_dt':'20251101','opnd_yn':''}]", "'output':[{'bass_dt':'','opnd_yn':'Y'}]"})
    void aCalendarWithoutItsDaysIsNotKept(String odd) throws Exception {
        StringBuilder days = new StringBuilder();
        for (int day = 1; day <= 24; day++) {
            days.append(day == 1 ? "" : ",").append("{'bass_dt':'202511%02d','opnd_yn':'%s'}".formatted(day, day % 7 < 5 ? "Y" : "N"));
        }
        try (Gateway fresh = kis.gateway(clock)) {
            Http own = new Http("http://127.0.0.1:" + fresh.port());
            kisSays("'rt_cd':'0'," + odd.formatted(days.substring(0, days.indexOf(",{'bass_dt':'20251112"))));
            Reply faulty = own.get("/api/market-data/is-trading-day?date=2025-11-03");
            assertThat(faulty.code()).as(faulty.text()).isEqualTo("KIS_UNREADABLE");
            kisSays("'rt_cd':'0','output':[" + days + "]");
            clock.advance(Duration.ofSeconds(61));
            Reply well = own.get("/api/market-data/is-trading-day?date=2025-11-03");
            assertThat(well.status()).as(well.text()).isEqualTo(200);
            assertThat(well.at("/data/is_trading_day").booleanValue()).isTrue();
        }
    }

    /** It was kept for the day. */
    @Test
    void anEmptyCalendarOfDaysThatAreNearIsNotKept() throws Exception {
        try (Gateway fresh = kis.gateway(clock)) {
            Http own = new Http("http://127.0.0.1:" + fresh.port());
            LocalDate from = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Seoul")).plusMonths(1).withDayOfMonth(1);
            String request = "/api/market-data/is-trading-day?date=" + from;
            kisSays("'rt_cd':'0','output':[]");
            assertThat(own.get(request).code()).isEqualTo("KIS_UNREADABLE");
            kisSays("'rt_cd':'0','output':[" + IntStream.range(0, 24).mapToObj(day -> "{'bass_dt':'%s','opnd_yn':'Y'}"
                    .formatted(from.plusDays(day).format(DateTimeFormatter.BASIC_ISO_DATE))).collect(Collectors.joining(",")) + "]");
            clock.advance(Duration.ofSeconds(61));
            assertThat(own.get(request).at("/data/is_trading_day").booleanValue()).isTrue();
        }
    }

    @Test
    void aCalendarMayEndAheadOfTodayAndHasNoGaps() throws Exception {
        try (Gateway fresh = kis.gateway(clock)) {
            Http own = new Http("http://127.0.0.1:" + fresh.port());
            kisSays("'rt_cd':'0','output':[{'bass_dt':'20271101','opnd_yn':'Y'},{'bass_dt':'20271102','opnd_yn':'N'},{}]");
            assertThat(own.get("/api/market-data/is-trading-day?date=2027-11-02").at("/data/is_trading_day").booleanValue()).isFalse();
            assertThat(own.get("/api/market-data/is-trading-day?date=2027-11-03").at("/field").asText()).isEqualTo("date");
            kisSays("'rt_cd':'0','output':[{'bass_dt':'20271201','opnd_yn':'Y'},{'bass_dt':'20271203','opnd_yn':'N'}]");
            assertThat(own.get("/api/market-data/is-trading-day?date=2027-12-03").code()).isEqualTo("KIS_UNREADABLE");
        }
    }

    @Test
    void anIndexWithoutAPriceIsNotAnUnknownOne() {
        String index = "'rt_cd':'0','output':{'bstp_nmix_prpr':'%s','bstp_nmix_oprc':'%s','dryy_bstp_nmix_hgpr':'%s'}";
        String kospi = "{\"stock_code\":\"0001\",\"is_index\":true}";
        kisSays(String.format(index, "0", "0", "0"));
        assertThat(http.post(SNAPSHOT, kospi).code()).isEqualTo("UNKNOWN_STOCK");
        kisSays(String.format(index, "", "", ""));
        assertThat(http.post(SNAPSHOT, kospi).code()).isEqualTo("UNKNOWN_STOCK");
        kisSays(String.format(index, "0.00", "0.00", "4100.25"));
        assertThat(http.post(SNAPSHOT, kospi).code()).isEqualTo("NO_PRICE_YET");
        kisSays(String.format(index, "", "4099.1", ""));
        Reply blank = http.post(SNAPSHOT, kospi);
        assertThat(blank.code()).as(blank.text()).isEqualTo("KIS_UNREADABLE");
        assertThat(blank.at("/detail").asText()).contains("bstp_nmix_prpr");
    }

    @Test
    void todaysBlankCloseDoesNotCostTheInvestors() {
        kisSays("'rt_cd':'0','output':[{'stck_bsop_date':'20261123','stck_clpr':'','prsn_ntby_qty':''},"
                + "{'stck_bsop_date':'20261120','stck_clpr':'5','prsn_ntby_qty':'-7'},{}]");
        Reply reply = http.post(INVESTORS, SAMSUNG);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data").size()).isEqualTo(2);
        assertThat(reply.at("/data/0/close").isNull()).isTrue();
        assertThat(reply.at("/data/1/individual_net_buy").longValue()).isEqualTo(-7);
    }

    @Test
    void oneBlankRateDoesNotCostTheAccount() {
        kisSays("'rt_cd':'0','output1':[" + ROW.replace("'1.71'", "''").replace("'70000.1'", "'-'")
                + ",{'pdno':'','hldg_qty':''}],'output2':["
                + TOTAL.replace("'713000'", "''") + "]");
        Reply reply = http.post(BALANCE, "{}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data").size()).isEqualTo(1);
        assertThat(reply.at("/data/0/quantity").longValue()).isEqualTo(10);
        assertThat(reply.at("/data/0/profit_loss_rate").isNull()).isTrue();
        assertThat(reply.at("/data/0/avg_price").isNull()).isTrue();
        assertThat(reply.at("/summary/cash").longValue()).isEqualTo(1000);
        assertThat(reply.at("/summary/total_value").isNull()).isTrue();
        for (String needed : new String[] {"hldg_qty", "prpr", "dnca_tot_amt"}) {
            kisSays(("'rt_cd':'0','output1':[" + ROW + "],'output2':[" + TOTAL + "]").replaceFirst("'" + needed + "':'[^']*'",
                    "'" + needed + "':''"));
            Reply without = http.post(BALANCE, "{}");
            assertThat(without.code()).as(without.text()).isEqualTo("KIS_UNREADABLE");
            assertThat(without.at("/detail").asText()).contains(needed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"'output2':[]", "'output2':[{}]", "'output2':[{'dnca_tot_amt':''}]", "'x':'1'",
        "'output2':[{'dnca_tot_amt':'0','nass_amt':'0.00'}]", "'output2':{'dnca_tot_amt':'0'}"})
    void theSummaryOfAnEarlierPageIsNotLostToABlankOne(String last) {
        kis.reply(request -> request.query().contains("CTX_AREA_NK100=NEXT")
                ? Answer.json(200,
                        ("{'rt_cd':'0','output1':[" + ROW.replace("005930", "000660") + "]," + last + ",'ctx_area_nk100':' '}")
                                .replace('\'', '"'))
                        .header("tr_cont", "D")
                : Answer.json(200,
                        ("{'rt_cd':'0','output1':[" + ROW + "],'output2':[" + TOTAL + "],'ctx_area_nk100':'NEXT','ctx_area_fk100':'F'}")
                                .replace('\'', '"'))
                        .header("tr_cont", "M"));
        Reply reply = http.post(BALANCE, "{}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data").size()).isEqualTo(2);
        assertThat(reply.at("/summary/cash").longValue()).isEqualTo(1000);
    }

    /** Whether there is another page is not known then: a balance without it would be less than what is held. */
    @ParameterizedTest
    @ValueSource(strings = {"m", "X", "N", "Y", "M,M", "0"})
    void holdingsWithAMarkThatKisDoesNotHaveAreUnreadable(String mark) {
        kis.reply(request -> Answer.json(200,
                ("{'rt_cd':'0','output1':[" + ROW + "],'output2':[" + TOTAL + "],'ctx_area_nk100':'NEXT'}").replace('\'', '"'))
                .header("tr_cont", mark));
        Reply reply = http.post(BALANCE, "{}");
        assertThat(reply.code()).as(reply.text()).isEqualTo("KIS_UNREADABLE");
        assertThat(reply.at("/detail").asText()).contains("a key to the next");
    }

    @Test
    void numbersThatAreNoTextsAreTheSameNumbers() {
        kisSays(PRICE.replace("'71200'", "71200.0").replace("'10.1'", "10.0").replace("'1.2'", "1e1").replace("'7000'", "7000")
                .replace("'60000'", "1e400"));
        Reply reply = http.post(SNAPSHOT, SAMSUNG);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data/price").longValue()).isEqualTo(71200);
        assertThat(reply.at("/data/per").decimalValue()).isEqualByComparingTo("10");
        assertThat(reply.at("/data/pbr").decimalValue()).isEqualByComparingTo("10");
        assertThat(reply.at("/data/eps").decimalValue()).isEqualByComparingTo("7000");
        assertThat(reply.at("/data/bps").isNull()).isTrue();
    }

    @Test
    void whatHasNoNameInTheMappingIsNotNamed() {
        kisSays("'rt_cd':'0','output':[['a']]");
        assertThat(http.post(DAILY, SAMSUNG).at("/detail").asText()).isEqualTo("KIS answered \"a list\" where a row belongs");
    }

    /** What the page of the routes says after a gateway has heard these, and nothing before. */
    private static String page(String path, String... replies) throws Exception {
        try (Gateway fresh = kis.gateway(clock)) {
            for (String reply : replies) {
                kisSays(reply);
                assertThat(new Http("http://127.0.0.1:" + fresh.port()).post(path, SAMSUNG).status()).isEqualTo(200);
            }
            return new Http("http://127.0.0.1:" + fresh.managementPort()).get("/routes").text();
        }
    }

    @Test
    void aMemberThatNoReplyHadIsToldOnThePageOfTheRoutes() throws Exception {
        String without = PRICE.replaceAll("'bps':'[^']*',", "");
        assertThat(page(SNAPSHOT, without)).contains("bps").contains("no reply");
        assertThat(page(SNAPSHOT, without, PRICE)).doesNotContain("no reply");
    }

    @Test
    void noMemberIsMissedThatAMappingDoesNotName() throws Exception {
        assertThat(page(INVESTORS, "'rt_cd':'0','output':[{'stck_bsop_date':'20261120','stck_clpr':'5','prdy_vrss':'1','prsn_ntby_qty':'1',"
                + "'frgn_ntby_qty':'1','orgn_ntby_qty':'1','prsn_ntby_tr_pbmn':'1','frgn_ntby_tr_pbmn':'1','orgn_ntby_tr_pbmn':'1'}]"))
                .doesNotContain("no reply");
    }

    @Test
    void whatTheCallerLeavesOutIsSentBlankWhereTheRouteSaysSo(@TempDir Path routes) throws Exception {
        Files.writeString(routes.resolve("blank.camel.yaml"), """
                - route:
                    id: my-snapshot
                    description: A price on a market that may be left blank
                    from:
                      uri: platform-http:/api/market-data/my-snapshot
                      parameters: {httpMethodRestrict: POST}
                      steps:
                        - to:
                            uri: request:query
                            parameters: {stock_code: "stock code, required", market: "text 1..2, default blank"}
                        - process: {ref: throttle}
                        - to:
                            uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-price
                            parameters: {trId: FHKST01010100, FID_COND_MRKT_DIV_CODE: "${variable.market}", FID_INPUT_ISCD: "${variable.stock_code}"}
                        - to: reply:mappings/stock-snapshot.jslt
                """);
        kisSays(PRICE);
        try (Gateway fresh = kis.gateway(clock, "ROUTES_DIR", routes.toString())) {
            Http own = new Http("http://127.0.0.1:" + fresh.port());
            assertThat(own.post("/api/market-data/my-snapshot", SAMSUNG).status()).isEqualTo(200);
            assertThat(lastQuery()).containsIgnoringCase("FID_COND_MRKT_DIV_CODE=&");
            own.post("/api/market-data/my-snapshot", "{\"stock_code\":\"005930\",\"market\":\"NX\"}");
            assertThat(lastQuery()).containsIgnoringCase("FID_COND_MRKT_DIV_CODE=NX&");
        }
    }

    private static String lastQuery() {
        List<String> prices =
                kis.requests().stream().filter(request -> request.path().endsWith("inquire-price")).map(StubKis.Request::query).toList();
        return prices.get(prices.size() - 1);
    }

    @Test
    void anOperationThatKisDoesNotKnowIsToldOnThePageOfTheRoutes() throws Exception {
        kis.reply(request -> Answer.json(404, ""));
        try (Gateway fresh = kis.gateway(clock)) {
            assertThat(new Http("http://127.0.0.1:" + fresh.port()).post(SNAPSHOT, SAMSUNG).code()).isEqualTo("KIS_OPERATION_UNKNOWN");
            assertThat(new Http("http://127.0.0.1:" + fresh.managementPort()).get("/routes").text()).contains("HTTP 404")
                    .contains("does not know");
        }
    }
}
