package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.access.TestClients;
import io.kisgateway.runtime.KisOperation;
import io.kisgateway.simulator.Holding;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every REST operation of KIS by its list, under each of its TR ids, with all its parameters: asked for by a client and answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryOperationTest {

    private static final String TRADER = "trader";
    private static final String READER = "reader";
    private static final Pattern CHANGES = Pattern.compile("-(rvsecncl|ccnl)$");
    /** Where an order is placed, if its path is not that of what changes it without the end. */
    private static final Map<String, String> ORDERS = Map.of("/uapi/domestic-stock/v1/trading/order", FrontRig.CASH,
            "/uapi/domestic-bond/v1/trading/order", "/uapi/domestic-bond/v1/trading/buy");
    private static final Map<String, String> NUMBERS = Map.of("ORGN_ODNO", "ODNO", "KRX_FWDG_ORD_ORGNO", "KRX_FWDG_ORD_ORGNO",
            "RSVN_ORD_SEQ", "RSVN_ORD_SEQ", "OVRS_RSVN_ODNO", "OVRS_RSVN_ODNO");
    private static final Map<String, String> VALUES = Map.ofEntries(Map.entry("CANO", FrontRig.ACCOUNT), Map.entry("ACNT_PRDT_CD", "01"),
            Map.entry("FID_INPUT_DATE_1", "20240102"), Map.entry("FID_INPUT_DATE_2", "20240301"), Map.entry("FID_INPUT_HOUR_1", "093000"),
            Map.entry("FID_PERIOD_DIV_CODE", "D"), Map.entry("FID_ORG_ADJ_PRC", "1"), Map.entry("FID_PW_DATA_INCU_YN", "Y"),
            Map.entry("BASS_DT", "20260102"), Map.entry("PRDT_TYPE_CD", "300"), Map.entry("ORD_DVSN", "00"), Map.entry("ORD_QTY", "1"),
            Map.entry("INQR_STRT_DT", "20260101"), Map.entry("INQR_END_DT", "20261231"), Map.entry("SLL_BUY_DVSN_CD", "02"),
            Map.entry("INQR_DVSN", "02"), Map.entry("INQR_DVSN_1", "0"), Map.entry("INQR_DVSN_2", "0"), Map.entry("INQR_DVSN_3", "00"),
            Map.entry("CCLD_DVSN", "00"), Map.entry("UNPR_DVSN", "01"), Map.entry("PRCS_DVSN", "00"), Map.entry("AFHR_FLPR_YN", "N"),
            Map.entry("FUND_STTL_ICLD_YN", "N"), Map.entry("FNCG_AMT_AUTO_RDPT_YN", "N"), Map.entry("CMA_EVLU_AMT_ICLD_YN", "N"),
            Map.entry("OVRS_ICLD_YN", "N"), Map.entry("RVSE_CNCL_DVSN_CD", "02"), Map.entry("QTY_ALL_ORD_YN", "Y"),
            Map.entry("ORD_DVSN_CD", "00"), Map.entry("ORD_OBJT_CBLC_DVSN_CD", "10"), Map.entry("EXCG_ID_DVSN_CD", "KRX"),
            Map.entry("EXCD", "NAS"), Map.entry("SYMB", "AAPL"), Map.entry("OVRS_EXCG_CD", "NASD"), Map.entry("TR_CRCY_CD", "USD"),
            Map.entry("RSVN_ORD_ORD_DT", "20260101"), Map.entry("RSVN_ORD_END_DT", "20261231"), Map.entry("PRCS_DVSN_CD", "0"),
            Map.entry("CNCL_YN", "Y"));

    private final TestClients clients = new TestClients();
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final KisOperations operations = KisOperations.load();
    @AutoClose
    private FrontRig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        keys.put(TRADER, clients.add(TRADER, "", "may: [\"market:read\", \"account:read\", buy, sell, cancel]"));
        keys.put(READER, clients.add(READER, "", "may: [\"market:read\"]"));
        rig = new FrontRig(folder, Map.of("CLIENTS_FILE", clients.write().toString()));
        rig.kis.orders().setHoldings(List.of(new Holding("005930", 1000, 10_000)));
    }

    private FrontRig.Reply send(String client, KisOperation one, String trId, Map<String, String> members) {
        return send(rig, pair(client), one, trId, members);
    }

    private Map<String, String> pair(String client) {
        return Map.of("appkey", client, "appsecret", keys.get(client));
    }

    private static FrontRig.Reply send(FrontRig to, Map<String, String> pair, KisOperation one, String trId, Map<String, String> members) {
        Map<String, String> headers = FrontRig.headers(trId);
        headers.putAll(pair);
        if (one.order()) {
            return to.send(FrontRig.request("POST", one.path(), headers, object(members)));
        }
        return to.send(FrontRig.request("GET", one.path() + '?' + members.entrySet().stream()
                .map(member -> member.getKey() + '=' + URLEncoder.encode(member.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&")), headers, null));
    }

    private Map<String, String> members(KisOperation one) {
        boolean index = one.operation().contains("index");
        boolean abroad = one.family().startsWith("overseas");
        Map<String, String> members = new LinkedHashMap<>();
        for (String name : one.parameters()) {
            members.put(name, switch (name.toUpperCase(Locale.ROOT)) {
                case "FID_COND_MRKT_DIV_CODE" -> index ? "U" : "J";
                case "FID_INPUT_ISCD" -> index ? "0001" : "005930";
                case "PDNO" -> abroad ? "AAPL" : "005930";
                case "ORD_UNPR" -> Long.toString(rig.kis.market().lowerLimit("005930"));
                default -> VALUES.getOrDefault(name.toUpperCase(Locale.ROOT), "");
            });
        }
        return members;
    }

    /** What changes or cancels an order names one of the client's own, by what KIS answered to it. */
    private void nameAnOrder(FrontRig to, Map<String, String> pair, KisOperation one, Map<String, String> members) {
        String path = CHANGES.matcher(one.path()).replaceFirst("");
        KisOperation first = operations.at(ORDERS.getOrDefault(path, path)).orElseThrow();
        FrontRig.Reply order = send(to, pair, first, first.realIds().get(first.realIds().size() > 1 ? 1 : 0), members(first));
        NUMBERS.forEach((name, atKis) -> members.computeIfPresent(name, (own, nothing) -> order.member(atKis)));
    }

    @Test
    void everyQueryIsAnswered() {
        int asked = 0;
        for (KisOperation one : operations.all()) {
            for (String trId : one.order() ? List.<String>of() : one.realIds()) {
                FrontRig.Reply reply = send(TRADER, one, trId, members(one));
                assertThat(reply.status() + " " + reply.member("rt_cd")).as(one.path() + ' ' + trId + ' ' + reply.body())
                        .isEqualTo("200 0");
                assertThat(reply.header("tr_id")).as(one.path()).isEqualTo(trId);
                assertThat(reply.headers()).as(one.path()).containsKey("tr_cont");
                // The official sample ends with an error where it does not find the keys of the next page.
                assertThat(one.parameters().stream().map(name -> name.toLowerCase(Locale.ROOT))
                        .filter(name -> name.startsWith("ctx_area_") || name.equals("index_key"))).as(one.path())
                        .allMatch(name -> reply.member(name) != null);
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(250);
    }

    @Test
    void everyOrderIsSentOnceAndWrittenDown() {
        int asked = 0;
        for (KisOperation one : operations.all()) {
            for (String trId : one.order() ? one.realIds() : List.<String>of()) {
                Map<String, String> members = members(one);
                if (one.order() && CHANGES.matcher(one.path()).find()) {
                    nameAnOrder(rig, pair(TRADER), one, members);
                }
                int before = rig.kis.calls().on(one.path()).size();
                FrontRig.Reply reply = send(TRADER, one, trId, members);
                assertThat(reply.status() + " " + reply.member("rt_cd")).as(one.path() + ' ' + trId + ' ' + members + reply.body())
                        .isEqualTo("200 0");
                assertThat(rig.kis.calls().on(one.path())).as(one.path()).hasSize(before + 1);
                asked++;
            }
        }
        assertThat(asked).isEqualTo(53);
    }

    /** The command {@code route} for each, all in one folder: each serves as it was written. */
    @Test
    void everyOperationHasARouteThatServesAtOnce(@TempDir Path folder) throws Exception {
        Path routes = folder.resolve("routes");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        for (KisOperation one : operations.all()) {
            assertThat(RouteScaffold.command(List.of(one.name(), routes.toString()), nowhere, nowhere)).as(one.name()).isZero();
        }
        try (FrontRig scaffolded = new FrontRig(folder.resolve("data"), Map.of("ROUTES_DIR", routes.toString()))) {
            scaffolded.kis.orders().setHoldings(List.of(new Holding("005930", 1000, 10_000)));
            for (KisOperation one : operations.all()) {
                Map<String, String> members = members(one);
                if (one.order() && CHANGES.matcher(one.path()).find()) {
                    nameAnOrder(scaffolded, Map.of("appkey", "k", "appsecret", "s"), one, members);
                }
                FrontRig.Reply reply = scaffolded.send(FrontRig.request("POST", "/api/kis/" + one.name(),
                        Map.of("Content-Type", "application/json"), asked(one, members)));
                assertThat(reply.status()).as(one.path() + ' ' + members + reply.body()).isEqualTo(200);
                assertThat(reply.body()).as(one.path()).contains("\"success\":true").doesNotContain("\"data\":{}");
            }
        }
    }

    /** What an endpoint made for it asks for: the operation's parameters in small letters, or the order's own terms. */
    private static String asked(KisOperation one, Map<String, String> members) {
        Map<String, String> asked = new TreeMap<>();
        members.forEach((name, value) -> asked.put(name.equals("PDNO") || name.equalsIgnoreCase("FID_INPUT_ISCD") ? "stock_code"
                : name.toLowerCase(Locale.ROOT), value));
        asked.keySet().removeIf(name -> name.startsWith("ctx_area_") || name.equals("cano") || name.equals("acnt_prdt_cd"));
        if (one.path().equals(FrontRig.CASH)) {
            return "{\"stock_code\": \"005930\", \"quantity\": 1, \"price\": " + members.get("ORD_UNPR") + '}';
        }
        return one.path().equals("/uapi/domestic-stock/v1/trading/order-rvsecncl")
                ? "{\"order_no\": \"" + members.get("ORGN_ODNO") + "\"}" : object(asked);
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream().map(member -> '"' + member.getKey() + "\": \"" + member.getValue() + '"')
                .collect(Collectors.joining(", ", "{", "}"));
    }

    @Test
    void whoMayReadTheMarketReadsNoAccountAndOrdersNothing() {
        for (KisOperation one : operations.all()) {
            FrontRig.Reply reply = send(READER, one, one.realIds().get(0), members(one));
            boolean market = !one.order() && !one.path().contains("/trading/");
            assertThat(reply.summary()).as(one.path()).startsWith(market ? "200 0" : "500 1 EGW00206");
            assertThat(market && one.parameters().contains("CANO")).as(one.path()).isFalse();
        }
    }

    @Test
    void inVirtualTradingEachIsAnsweredOrToldNotToBeThere(@TempDir Path folder) throws Exception {
        try (FrontRig virtual = FrontRig.virtual(folder, Map.of())) {
            String account = virtual.kis.options().credentials().account().split("-")[0];
            for (KisOperation one : operations.all()) {
                Map<String, String> members = members(one);
                members.computeIfPresent("CANO", (name, real) -> account);
                String trId = one.virtualIds().isEmpty() ? one.realIds().get(0) : one.virtualIds().get(0);
                boolean offered = !one.virtualIds().isEmpty();
                if (!CHANGES.matcher(one.path()).find() || !offered) {
                    assertThat(send(virtual, Map.of("appkey", "k", "appsecret", "s"), one, trId, members).summary())
                            .as(one.path() + ' ' + trId).startsWith(offered ? "200 0" : "500 1 EGW02006");
                }
            }
        }
    }
}
