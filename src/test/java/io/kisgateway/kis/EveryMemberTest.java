package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.Gateway;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each shipped mapping with each member of KIS's reply in turn blank, odd, null, of another kind or gone: what the answer is not costs
 * nothing, and what it is, is never guessed and named with its row.
 */
class EveryMemberTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String GONE = "gone";
    private static final String[] ODD = {"''", "'  '", "'-'", "'inf'", "'-inf'", "'NaN'", "'abc'", "'1,234'", "null", "true", "{'a':'1'}",
        "['1']", "'" + "9".repeat(41) + "'", GONE};
    private static final String ROW_OF_DAY =
            "{'stck_bsop_date':'%s','stck_oprc':'1','stck_hgpr':'3','stck_lwpr':'1','stck_clpr':'2','acml_vol':'5'}";
    private static final String ROW_OF_MINUTE =
            "{'stck_bsop_date':'20261120','stck_cntg_hour':'%s','stck_prpr':'3','stck_oprc':'3','stck_hgpr':'4','stck_lwpr':'2','cntg_vol':'9'}";
    private static final String ROW_OF_INVESTORS =
            "{'stck_bsop_date':'%s','stck_clpr':'5','prdy_vrss':'1','prsn_ntby_qty':'1','frgn_ntby_qty':'1',"
                    + "'orgn_ntby_qty':'1','prsn_ntby_tr_pbmn':'1','frgn_ntby_tr_pbmn':'1','orgn_ntby_tr_pbmn':'1'}";
    private static final Map<String, String> REPLIES = Map.of("price",
            "'output':{'stck_prpr':'71200','stck_hgpr':'71500','stck_lwpr':'70900','stck_oprc':'71000','acml_vol':'123','prdy_vrss':'200',"
                    + "'prdy_ctrt':'0.28','per':'10.1','pbr':'1.2','eps':'7000','bps':'60000','hts_avls':'4250000','aspr_unit':'100',"
                    + "'temp_stop_yn':'N','iscd_stat_cls_code':'55','stck_sdpr':'71000'}",
            "index", "'output':{'bstp_nmix_prpr':'2800.1','bstp_nmix_hgpr':'2810','bstp_nmix_lwpr':'2790','bstp_nmix_oprc':'2795',"
                    + "'acml_vol':'5','bstp_nmix_prdy_vrss':'1.1','bstp_nmix_prdy_ctrt':'0.1','dryy_bstp_nmix_hgpr':'2900'}",
            "days", "'output':[" + ROW_OF_DAY.formatted("20261120") + "," + ROW_OF_DAY.formatted("20261119") + "]",
            "chart",
            "'output1':{'hts_kor_isnm':'a'},'output2':[" + ROW_OF_DAY.formatted("20261120") + "," + ROW_OF_DAY.formatted("20261119") + "]",
            "minutes", "'output1':{'hts_kor_isnm':'a','stck_prpr':'3'},'output2':[" + ROW_OF_MINUTE.formatted("090100") + ","
                    + ROW_OF_MINUTE.formatted("090000") + "]",
            "investors", "'output':[" + ROW_OF_INVESTORS.formatted("20261120") + "," + ROW_OF_INVESTORS.formatted("20261119") + "]",
            "balance",
            "'output1':[{'pdno':'005930','prdt_name':'a','hldg_qty':'10','ord_psbl_qty':'10','pchs_avg_pric':'70000.1','prpr':'71200',"
                    + "'pchs_amt':'700001','evlu_amt':'712000','evlu_pfls_amt':'11999','evlu_pfls_rt':'1.71'}],'output2':[{'dnca_tot_amt':'1000',"
                    + "'nxdy_excc_amt':'900','prvs_rcdl_excc_amt':'800','scts_evlu_amt':'712000','tot_evlu_amt':'713000','nass_amt':'713000',"
                    + "'pchs_amt_smtl_amt':'700001','evlu_pfls_smtl_amt':'11999'}]",
            "cash", "'output':{'nrcvb_buy_amt':'5','ord_psbl_cash':'5','ord_psbl_sbst':'0','ruse_psbl_amt':'0','fund_rpch_chgs':'0',"
                    + "'max_buy_amt':'9','cma_evlu_amt':'0','ovrs_re_use_amt_wcrc':'0','ord_psbl_frcr_amt_wcrc':'0'}");

    private static StubKis kis;
    private static Gateway gateway;
    private static Http http;

    @BeforeAll
    static void start() throws Exception {
        kis = new StubKis();
        gateway = kis.gateway(TestClock.morning(), "KIS_ACCOUNT_RATE", "100000/second");
        http = new Http("http://127.0.0.1:" + gateway.port());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        kis.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "market-data/snapshot       | 'stock_code':'005930'                                | price     | stck_prpr",
        "market-data/snapshot       | 'stock_code':'0001','is_index':true                  | index     | bstp_nmix_prpr",
        "market-data/daily-prices   | 'stock_code':'005930'                                | days      | stck_bsop_date stck_clpr",
        "market-data/daily-prices   | 'stock_code':'005930','num_days_to_fetch':40         | chart     | stck_bsop_date stck_clpr",
        "market-data/minute-chart   | 'stock_code':'005930'                                | minutes   | stck_prpr stck_bsop_date stck_cntg_hour",
        "market-data/minute-chart   | 'stock_code':'005930','target_date':'2026-11-20'     | minutes   | stck_prpr stck_bsop_date stck_cntg_hour",
        "market-data/minute-chart   | 'stock_code':'005930','minute_interval':5            | minutes   | stck_prpr stck_bsop_date stck_cntg_hour",
        "market-data/investor-trend | 'stock_code':'005930'                                | investors | stck_bsop_date",
        "market-data/investor-trend | 'stock_code':'005930','start_date':'2026-11-19','end_date':'2026-11-20' | investors | stck_bsop_date",
        "account/balance            |                                                      | balance   | hldg_qty prpr dnca_tot_amt",
        "account/cash-balance       |                                                      | cash      | nrcvb_buy_amt"})
    void costsNothingOrIsNamed(String path, String request, String reply, String needed) throws Exception {
        String members = "{" + (request == null ? "" : request.replace('\'', '"')) + "}";
        JsonNode whole = JSON.readTree("{\"rt_cd\":\"0\"," + REPLIES.get(reply).replace('\'', '"') + "}");
        assertThat(said(path, members, whole).status()).isEqualTo(200);
        for (String place : places(whole)) {
            String member = place.substring(place.lastIndexOf('/') + 1);
            if (member.equals("pdno") || place.equals("/output1/stck_prpr")) {
                // Any text names a holding; whether there is a price yet is told by itself.
                continue;
            }
            for (String odd : ODD) {
                JsonNode broken = whole.deepCopy();
                ObjectNode parent = (ObjectNode) broken.at(place.substring(0, place.lastIndexOf('/')));
                if (odd.equals(GONE)) {
                    parent.remove(member);
                } else {
                    parent.set(member, JSON.readTree(odd.replace('\'', '"')));
                }
                Reply said = said(path, members, broken);
                String what = place + ": " + odd + ": " + said.text();
                if (Set.of(needed.split(" ")).contains(member)) {
                    assertThat(said.code()).as(what).isEqualTo("KIS_UNREADABLE");
                    assertThat(said.at("/detail").asText()).as(what).contains(member);
                    if (place.matches(".*/[0-9]+/.*") && !member.equals("dnca_tot_amt")) {
                        assertThat(said.at("/detail").asText()).as(what).contains(place.replaceAll("/(\\w+)/([0-9]+)/.*", "$1[$2]"));
                    }
                } else {
                    assertThat(said.status()).as(what).isEqualTo(200);
                }
            }
        }
    }

    private static Reply said(String path, String request, JsonNode reply) {
        kis.reply(asked -> Answer.json(200, reply.toString()));
        return http.post("/api/" + path, request);
    }

    private static List<String> places(JsonNode whole) {
        List<String> places = new ArrayList<>();
        whole.properties().forEach(output -> {
            JsonNode rows = output.getValue();
            rows.fieldNames().forEachRemaining(member -> places.add("/" + output.getKey() + "/" + member));
            for (int i = 0; rows.isArray() && i < rows.size(); i++) {
                String row = "/" + output.getKey() + "/" + i + "/";
                rows.get(i).fieldNames().forEachRemaining(member -> places.add(row + member));
            }
        });
        return places;
    }
}
