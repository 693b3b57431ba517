package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checklist 4 to 7: rates, routing, parameters, bodies. */
class RequestGateTest {

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private Simulator simulator;

    private KisClient start(SimulatorOptions.Builder options) {
        simulator = Simulator.start(options.clock(clock).build());
        return KisClient.loggedIn(simulator);
    }

    private KisClient unlimited(Mode mode) {
        return start(SimulatorOptions.builder().mode(mode).rateLimits(RateLimits.OFF));
    }

    @ParameterizedTest
    @CsvSource({"20, REAL", "2, VIRTUAL"})
    void countsCallsOfAnySecond(int perSecond, Mode mode) {
        KisClient client = start(SimulatorOptions.builder().mode(mode));
        for (int i = 0; i < perSecond; i++) {
            assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");
        }
        assertThat(client.price("005930").summary()).isEqualTo("500 1 EGW00201");
        assertThat(client.price("005930").msg1().trim()).isEqualTo("초당 거래건수를 초과하였습니다.");
        clock.advance(Duration.ofMillis(999));
        assertThat(client.price("005930").msgCd()).isEqualTo("EGW00201");
        clock.advance(Duration.ofMillis(1));
        assertThat(client.price("005930").msgCd()).isEqualTo("MCA00000");
        assertThat(simulator.calls().rateViolations()).isEqualTo(3);
    }

    @Test
    void theWindowRolls() {
        KisClient client = start(SimulatorOptions.builder().rateLimits(RateLimits.NEW_CUSTOMER));
        client.price("005930");
        clock.advance(Duration.ofMillis(900));
        client.price("005930");
        client.price("005930");
        clock.advance(Duration.ofMillis(200));

        assertThat(client.price("005930").msgCd()).isEqualTo("MCA00000");
        assertThat(client.price("005930").msgCd()).isEqualTo("EGW00201");
    }

    @Test
    void theLedgerHasALimitOfItsOwn() {
        KisClient client = start(SimulatorOptions.builder().rateLimits(new RateLimits(20, 1)));

        assertThat(client.balance().rtCd()).isEqualTo("0");
        assertThat(client.balance().summary()).isEqualTo("500 1 EGW00215");
        assertThat(client.price("005930").msgCd()).isEqualTo("MCA00000");
    }

    @Test
    void aTrInTheWrongPlaceIsNotRouted() {
        KisClient client = unlimited(Mode.REAL);

        assertThat(client.get("/quotations/inquire-price", "FHKST01010400", Map.of()).summary())
                .isEqualTo("500 1 EGW00202");
        assertThat(client.post(KisClient.BASE + "/trading/inquire-balance", "TTTC8434R", "{}").summary())
                .isEqualTo("500 1 EGW00202");
        assertThat(client.get("/quotations/inquire-price", "NOSUCHTR", Map.of()).summary())
                .isEqualTo("500 1 EGW00202");
        assertThat(client.get("/quotations/no-such-path", "FHKST01010100", Map.of()).status()).isEqualTo(404);
        assertThat(client.get("/quotations/no-such-path", "FHKST01010100", Map.of()).body()).isEmpty();
    }

    @Test
    void theVirtualHostOffersLess() {
        KisClient client = unlimited(Mode.VIRTUAL);

        assertThat(client.get("/quotations/inquire-index-price", "FHPUP02100000", Map.of()).summary())
                .isEqualTo("500 1 EGW02006");
        assertThat(client.get("/quotations/chk-holiday", "CTCA0903R", Map.of()).summary())
                .isEqualTo("500 1 EGW02006");
        assertThat(client.get("/trading/inquire-psbl-sell", "TTTC8408R", Map.of()).summary())
                .isEqualTo("500 1 EGW02006");
        assertThat(client.order("TTTC0012U", Map.of()).summary()).isEqualTo("500 1 EGW02006");
        assertThat(client.get("/trading/inquire-psbl-sell", "VTTC8408R", Map.of()).summary())
                .isEqualTo("500 1 MCA00124");
        assertThat(client.get("/quotations/inquire-price", "FHKST01010400", Map.of()).summary())
                .isEqualTo("500 1 MCA00124");
        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");
    }

    @ParameterizedTest
    @CsvSource({"REAL, TTTC0802U, TTTC0801U", "REAL, TTTC0012U, TTTC0011U",
        "VIRTUAL, VTTC0802U, VTTC0801U", "VIRTUAL, VTTC0012U, VTTC0011U"})
    void oldAndNewOrderIdsAreTaken(Mode mode, String buy, String sell) {
        KisClient client = unlimited(mode);

        assertThat(client.order(buy, client.orderBody("005930", 1, 0)).rtCd()).isEqualTo("0");
        assertThat(client.order(sell, client.orderBody("005930", 1, 0)).rtCd()).isEqualTo("0");
        assertThat(simulator.orders().list()).extracting(Order::side)
                .containsExactly(Order.Side.BUY, Order.Side.SELL);
    }

    @Test
    void everyQueryKeyOfTheLedgerIsInsistedOn() {
        KisClient client = unlimited(Mode.REAL);
        for (String name : client.balanceQuery().keySet()) {
            Map<String, String> query = client.balanceQuery();
            query.remove(name);
            KisClient.Answer answer = client.get("/trading/inquire-balance", "TTTC8434R", query);
            assertThat(answer.summary()).isEqualTo("200 2 OPSQ2001");
            assertThat(answer.msg1().trim()).isEqualTo("ERROR : INPUT INVALID_CHECK_" + name);
        }
        for (String name : client.ordersQuery("20261123", "20261123").keySet()) {
            Map<String, String> query = client.ordersQuery("20261123", "20261123");
            query.remove(name);
            assertThat(client.get("/trading/inquire-daily-ccld", "TTTC0081R", query).summary()).as(name)
                    .isEqualTo(name.equals("EXCG_ID_DVSN_CD") ? "200 0 KIOK0560" : "200 2 OPSQ2001");
        }
    }

    @Test
    void aForeignAccountIsRefused() {
        KisClient client = unlimited(Mode.REAL);
        Map<String, String> query = client.balanceQuery();
        query.put("CANO", "11111111");
        assertThat(client.get("/trading/inquire-balance", "TTTC8434R", query).summary()).isEqualTo("200 2 OPSQ2000");

        Map<String, String> body = client.orderBody("005930", 1, 0);
        body.put("ACNT_PRDT_CD", "22");
        assertThat(client.order("TTTC0012U", body).summary()).isEqualTo("200 2 OPSQ2000");
        assertThat(simulator.orders().list()).isEmpty();
    }

    @Test
    void quotationsNameTheFieldTheyMiss() {
        KisClient client = unlimited(Mode.REAL);
        String path = "/quotations/inquire-price";

        KisClient.Answer answer = client.get(path, "FHKST01010100", Map.of("FID_INPUT_ISCD", "005930"));
        assertThat(answer.summary()).isEqualTo("200 2 OPSQ2001");
        assertThat(answer.msg1().trim()).isEqualTo("ERROR : INPUT INVALID_CHECK_MRKT_DIV_CODE");
        assertThat(client.get(path, "FHKST01010100",
                Map.of("FID_COND_MRKT_DIV_CODE", "U", "FID_INPUT_ISCD", "0001")).summary())
                .isEqualTo("200 2 OPSQ2001");
        assertThat(client.get(path, "FHKST01010100",
                Map.of("fid_cond_mrkt_div_code", "J", "fid_input_iscd", "005930")).summary())
                .isEqualTo("200 0 MCA00000");
    }

    @Test
    void malformedOrderBodiesAreNotComposed() {
        KisClient client = unlimited(Mode.REAL);
        String path = KisClient.BASE + "/trading/order-cash";
        String good = KisClient.json(client.orderBody("005930", 1, 0));
        Map<String, String> unknownKey = client.orderBody("005930", 1, 0);
        unknownKey.put("ALGO", "");
        Map<String, String> missingKey = client.orderBody("005930", 1, 0);
        missingKey.remove("ORD_DVSN");

        Stream.of("", "nonsense", "[]", "null", good + "x", good.replace("\"1\"", "true"), KisClient.json(unknownKey),
                KisClient.json(missingKey))
                .forEach(body -> assertThat(client.post(path, "TTTC0012U", body).summary())
                        .as(body).isEqualTo("500 1 IGW00007"));
        assertThat(client.postChunked(path, "TTTC0012U", good).summary()).isEqualTo("500 1 EGW00202");
        assertThat(simulator.orders().list()).isEmpty();

        assertThat(client.post(path, "TTTC0012U", good).rtCd()).isEqualTo("0");
    }

    @Test
    void sixKeysMakeAnOrder() {
        KisClient client = unlimited(Mode.REAL);
        Map<String, String> body = client.orderBody("005930", 1, 0);
        body.keySet().removeAll(List.of("EXCG_ID_DVSN_CD", "SLL_TYPE", "CNDT_PRIC"));

        assertThat(client.order("TTTC0012U", body).msgCd()).isEqualTo("APBK0013");
    }

    @Test
    void tooLargeBodiesAreTurnedAway() {
        KisClient client = unlimited(Mode.REAL);

        assertThat(client.post(KisClient.BASE + "/trading/order-cash", "TTTC0012U", "x".repeat(70_000)).status())
                .isEqualTo(413);
    }

    @Test
    void headersAreChecked() {
        KisClient client = unlimited(Mode.REAL);

        assertThat(client.header("content-type", "text/plain").buy("005930", 1, 0).summary())
                .isEqualTo("500 1 EGW00132");
        assertThat(client.price("005930").summary()).isEqualTo("500 1 EGW00132");
        client.header("content-type", "application/json");
        assertThat(client.header("custtype", "X").price("005930").summary()).isEqualTo("500 1 EGW00208");
        assertThat(client.header("custtype", "B").price("005930").summary()).isEqualTo("500 1 EGW00209");
        assertThat(client.header("seq_no", "001").price("005930").summary()).isEqualTo("200 0 MCA00000");
        assertThat(client.header("custtype", "P").header("hashkey", "0".repeat(64)).buy("005930", 1, 0).summary())
                .isEqualTo("500 1 EGW00131");
        client.without("hashkey");
        assertThat(client.header("appsecret", "truncated").price("005930").summary()).isEqualTo("500 1 EGW00304");
        assertThat(client.without("appsecret").price("005930").summary()).isEqualTo("500 1 EGW00104");
        assertThat(client.header("appkey", "nobody").price("005930").summary()).isEqualTo("500 1 EGW00103");
        assertThat(client.without("appkey").price("005930").summary()).isEqualTo("500 1 EGW00102");
    }

    @Test
    void theOwnHashkeyIsTaken() {
        KisClient client = unlimited(Mode.REAL);
        Map<String, String> body = client.orderBody("005930", 1, 0);
        String hash = client.post("/uapi/hashkey", body).json().path("HASH").asText();

        assertThat(client.header("hashkey", hash).order("TTTC0012U", body).msgCd()).isEqualTo("APBK0013");
    }

    @Test
    void envelopesArePaddedAndHeadersEchoed() {
        KisClient client = unlimited(Mode.REAL);
        KisClient.Answer answer = client.header("gt_uid", "abc123").price("005930");

        assertThat(answer.msg1()).hasSize(80).startsWith("정상처리 되었습니다.").endsWith(" ");
        assertThat(answer.headers()).containsEntry("tr_id", "FHKST01010100").containsEntry("tr_cont", "")
                .containsEntry("gt_uid", "abc123");
        answer.output().forEach(value -> assertThat(value.isTextual()).isTrue());
        assertThat(client.without("gt_uid").price("005930").headers().get("gt_uid")).hasSize(32);
    }

    @Test
    void itRemembersNoMoreCallsThanToldAndNoSecrets() {
        KisClient client = start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).callRing(5));
        IntStream.range(0, 8).forEach(i -> client.price("005930"));

        assertThat(simulator.calls().total()).isEqualTo(9);
        assertThat(simulator.calls().list()).hasSize(5).extracting(Calls.Arrival::number)
                .containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(simulator.calls().list().get(0).headers()).contains("appkey", "authorization", "tr_id");
        assertThat(client.admin("GET", "/_sim/calls", "").body())
                .doesNotContain(simulator.options().credentials().appSecret()).doesNotContain("Bearer");
    }
}
