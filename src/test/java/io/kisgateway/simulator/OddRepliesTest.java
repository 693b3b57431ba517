package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.testing.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists and orders' replies that are well-formed and wrong. */
class OddRepliesTest {

    private static final String TODAY = "20261123";
    private static final String LIST = "inquire-daily-ccld";
    private static final String ORDER = "order-cash";

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private final Simulator simulator = Simulator.start(SimulatorOptions.builder().clock(clock)
            .stickyCodes(Set.of("000660")).rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build());
    private final KisClient client = KisClient.loggedIn(simulator);

    private String buy() {
        return client.buy("000660", 10, simulator.market().lowerLimit("000660")).output().path("ODNO").asText();
    }

    private KisClient.Answer list(Fault fault) {
        simulator.faults().add(fault.onPath(LIST));
        return client.orders(TODAY);
    }

    private JsonNode rows(Fault fault) {
        return list(fault).json().path("output1");
    }

    private JsonNode order(Fault fault) {
        simulator.faults().add(fault.onPath(ORDER));
        KisClient.Answer answer = client.buy("000660", 10, simulator.market().lowerLimit("000660"));
        assertThat(answer.rtCd()).isEqualTo("0");
        return answer.output();
    }

    @Test
    void aListMayLagBehind() {
        buy();
        clock.advance(Duration.ofSeconds(5));
        String late = buy();

        assertThat(rows(Fault.of(Kind.LIST_LAG).ms(3_000)).findValuesAsText("odno")).hasSize(1).doesNotContain(late);
        assertThat(client.orders(TODAY).json().path("output1")).hasSize(2);
    }

    @Test
    void clocksOfListAndReplyAreTheirOwn() {
        simulator.faults().add(Fault.of(Kind.REPLY_CLOCK).onPath(ORDER).ms(-7_000));
        JsonNode output = client.buy("000660", 1, simulator.market().lowerLimit("000660")).output();

        assertThat(output.path("ORD_TMD").asText()).isEqualTo("095953");
        JsonNode row = rows(Fault.of(Kind.LIST_CLOCK).ms(70_000)).get(0);
        assertThat(row.path("ord_dt").asText() + row.path("ord_tmd").asText()).isEqualTo(TODAY + "100110");
    }

    @Test
    void aListMayBeNone() {
        buy();

        assertThat(list(Fault.of(Kind.LIST_NULL)).json().get("output1").isNull()).isTrue();
        assertThat(list(Fault.of(Kind.LIST_MISSING)).json().has("output1")).isFalse();
        KisClient.Answer blank = list(Fault.of(Kind.LIST_BLANK));
        assertThat(blank.json().path("output1").isTextual()).isTrue();
        assertThat(blank.rtCd()).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"ALL, 0", "FIRST, 1", "LAST, 1"})
    void aListMayLackRowsAndSayItIsWhole(Fault.Rows which, int left) {
        buy();
        buy();

        KisClient.Answer answer = list(Fault.of(Kind.LIST_PARTIAL).rows(which));

        assertThat(answer.json().path("output1")).hasSize(left);
        assertThat(answer.headers()).containsEntry("tr_cont", "D");
    }

    @Test
    void pagesMayContradictThemselves() {
        buy();

        KisClient.Answer noKey = list(Fault.of(Kind.PAGE_WITHOUT_KEY));
        assertThat(noKey.headers()).containsEntry("tr_cont", "M");
        assertThat(noKey.json().path("ctx_area_nk100").asText()).isBlank();
        KisClient.Answer noMark = list(Fault.of(Kind.PAGE_WITHOUT_MARK));
        assertThat(noMark.headers().get("tr_cont")).isBlank();
        assertThat(noMark.json().path("ctx_area_nk100").asText()).isNotBlank().hasSize(100);
    }

    @Test
    void rowsMayBeOdd() {
        String number = buy();
        buy();

        assertThat(rows(Fault.field(Kind.ROW_FIELD, "sll_buy_dvsn_cd", "").rows(Fault.Rows.LAST)).get(1)
                .path("sll_buy_dvsn_cd").asText()).isEmpty();
        assertThat(rows(Fault.field(Kind.ROW_FIELD, "ord_dt", null)).get(0).has("ord_dt")).isFalse();
        JsonNode rows = rows(Fault.field(Kind.ODD_ROW, "ord_tmd", "9:05:03"));
        assertThat(rows.get(0).path("ord_tmd").asText()).isEqualTo("9:05:03");
        assertThat(rows.findValuesAsText("odno")).hasSize(3).contains(number).doesNotHaveDuplicates();
    }

    @Test
    void editsAddUp() {
        buy();
        simulator.faults().add(Fault.of(Kind.LIST_CLOCK).ms(1_000).onPath(LIST).share(1));

        assertThat(rows(Fault.field(Kind.ODD_ROW, "odno", "abc"))).hasSize(2)
                .allSatisfy(row -> assertThat(row.path("ord_tmd").asText()).isEqualTo("100001"));
    }

    @Test
    void repliesToOrdersMayBeOdd() {
        assertThat(order(Fault.of(Kind.REPLY_LOWER_CASE)).path("odno").asText()).hasSize(10);
        assertThat(order(Fault.of(Kind.REPLY_ARRAY)).get(0).path("ODNO").asText()).hasSize(10);
        assertThat(order(Fault.of(Kind.REPLY_UNPADDED)).path("ODNO").asText()).doesNotStartWith("0").isNotEmpty();
        assertThat(order(Fault.field(Kind.REPLY_FIELD, "ORD_TMD", null)).has("ORD_TMD")).isFalse();
        assertThat(order(Fault.field(Kind.REPLY_FIELD, "ORD_TMD", "")).path("ORD_TMD").asText("x")).isEmpty();
        assertThat(simulator.orders().list()).hasSize(5);
    }

    @Test
    void anOrderMayBeRefusedAfterItWasTaken() {
        String number = order(Fault.of(Kind.REJECTED_LATER)).path("ODNO").asText();
        String second = buy();
        simulator.orders().reject(second);

        JsonNode rows = client.orders(TODAY).json().path("output1");
        assertThat(rows.findValuesAsText("rjct_qty")).containsExactly("10", "10");
        assertThat(rows.findValuesAsText("rmn_qty")).containsExactly("0", "0");
        assertThat(simulator.orders().find(number).orElseThrow().state()).isEqualTo(Order.State.REJECTED);
    }

    @Test
    void ordersComeFromElsewhereAndChangeThere() {
        long price = simulator.market().lowerLimit("000660");
        Order placed = simulator.elsewhere().place(Order.Side.BUY, "000660", 10, price, "NXT");
        Order amended = simulator.elsewhere().amend(placed.orderNo(), price + 1_000);

        JsonNode rows = client.get("/trading/inquire-daily-ccld", "TTTC0081R", all()).json().path("output1");
        assertThat(rows.get(0).path("odno").asText()).isEqualTo(amended.orderNo());
        assertThat(rows.get(0).path("orgn_odno").asText()).isEqualTo(placed.orderNo());
        assertThat(rows.get(0).path("rmn_qty").asText()).isEqualTo("10");
        assertThat(rows.get(1).path("rmn_qty").asText()).isEqualTo("0");
        assertThat(rows.get(1).path("cncl_cfrm_qty").asText()).isEqualTo("0");
        assertThat(rows.findValuesAsText("excg_id_dvsn_cd")).containsOnly("NXT");
        assertThat(simulator.elsewhere().cancel(amended.orderNo()).kind()).isEqualTo(Order.Kind.CANCEL);
    }

    private Map<String, String> all() {
        Map<String, String> query = client.ordersQuery(TODAY, TODAY);
        query.put("EXCG_ID_DVSN_CD", "ALL");
        return query;
    }

    @Test
    void aCancellationGoesWhereTheOrderIs() {
        Order placed = simulator.elsewhere().place(Order.Side.BUY, "000660", 10,
                simulator.market().lowerLimit("000660"), "NXT");

        KisClient.Answer refused = client.cancelAll(placed.orderNo());

        assertThat(refused.rtCd()).isEqualTo("7");
        assertThat(refused.msg1()).contains("원주문 거래소[NXT] 취소주문 거래소[KRX]");
    }

    @Test
    void theAdminPortOffersThemToo() {
        String placed = client.admin("POST", "/_sim/orders", "{\"side\":\"buy\",\"code\":\"000660\",\"quantity\":3,"
                + "\"price\":" + simulator.market().lowerLimit("000660") + ",\"exchange\":\"SOR\"}").json()
                .path("odno").asText();
        client.admin("POST", "/_sim/faults", "{\"kind\":\"row-field\",\"field\":\"excg_id_dvsn_cd\",\"value\":\"\","
                + "\"rows\":\"first\",\"path\":\"inquire-daily-ccld\"}");

        JsonNode rows = client.get("/trading/inquire-daily-ccld", "TTTC0081R", all()).json().path("output1");
        assertThat(rows.get(0).path("excg_id_dvsn_cd").asText()).isEmpty();
        assertThat(client.admin("POST", "/_sim/orders/reject", "{\"odno\":\"" + placed + "\"}").json()
                .path("rejected_qty").asInt()).isEqualTo(3);
        assertThat(client.admin("POST", "/_sim/orders/cancel", "{\"odno\":\"1\"}").status()).isEqualTo(400);
        assertThat(client.admin("POST", "/_sim/faults", "{\"kind\":\"odd-row\"}").json().path("error").asText())
                .startsWith("field: ");
    }

    @Test
    void aHeaderMayDrip() {
        simulator.faults().add(Fault.of(Kind.HEADER_DRIP).onPath(ORDER).ms(200));
        assertThat(client.buy("000660", 1, simulator.market().lowerLimit("000660")).rtCd()).isEqualTo("0");

        simulator.faults().add(Fault.of(Kind.CLOSE_MID_HEADER).onPath(ORDER));
        assertThatThrownBy(this::buy).isInstanceOf(UncheckedIOException.class);
        assertThat(simulator.orders().list()).hasSize(2);
    }

    @Test
    void a100ContinueMayDrip() throws IOException {
        simulator.faults().add(Fault.of(Kind.CONTINUE_DRIP).ms(100));
        try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET /uapi/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all.split("100 Continue", -1)).hasSize(21);
            assertThat(all).contains("HTTP/1.1 404");
        }
    }
}
