package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.access.TestClients;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody with a pair of one client may try at the front of KIS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrontAttackTest {

    private static final String CHANGE = "/uapi/domestic-stock/v1/trading/order-rvsecncl";
    private static final String RESERVED = "/uapi/domestic-stock/v1/trading/order-resv-rvsecncl";
    private static final String NOT_ALLOWED = "500 1 EGW00206";
    private static final String NOT_THERE = "500 1 EGW00202";

    private final TestClients clients = new TestClients();
    private String one;
    private String other;
    private String canceller;
    private String bounded;
    private String reader;
    private String valued;
    private String admin;
    private String address;
    private int tests;
    @AutoClose
    private FrontRig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        String trader = "may: [buy, sell, cancel, \"account:read\"]";
        one = clients.add("one", "", trader);
        other = clients.add("other", "", trader);
        bounded = clients.add("bounded", "", trader, "max_quantity: 5", "stocks: [\"005930\"]");
        canceller = clients.add("canceller", "", "may: [cancel]");
        reader = clients.add("reader", "", "may: [\"market:read\"]");
        admin = clients.add("admin", "", "may: [cancel, admin]");
        valued = clients.add("valued", "", trader, "max_value: 100_000");
        rig = new FrontRig(folder, Map.of("CLIENTS_FILE", clients.write().toString(), "TRUSTED_PROXIES", "127.0.0.1"));
    }

    @BeforeEach
    void begin() {
        rig.begin();
        // Who is slowed down in one test is not in the next.
        address = "10.0.0." + ++tests;
    }

    private FrontRig.Reply send(String client, String key, String method, String path, String trId, byte[] body) {
        Map<String, String> headers = FrontRig.headers(trId);
        headers.put("appkey", client);
        headers.put("appsecret", key);
        headers.put("X-Forwarded-For", address);
        headers.put("Content-Type", "application/json");
        if (body == null) {
            return rig.send(FrontRig.request(method, path, headers, null));
        }
        headers.put("Content-Length", Integer.toString(body.length));
        byte[] head = FrontRig.request(method, path, headers, null);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return rig.send(all);
    }

    private FrontRig.Reply post(String client, String key, String path, String trId, String body) {
        return send(client, key, "POST", path, trId, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String with(String order, String members) {
        return order.replaceFirst("}$", ", " + members + "}");
    }

    private long low() {
        return rig.kis.market().lowerLimit("005930");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoClientsNoneIsChosen(boolean oneFirst) {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("appkey", oneFirst ? "one" : "other");
        headers.put("AppKey", oneFirst ? "other" : "one");
        headers.put("appsecret", oneFirst ? one : other);
        headers.put("AppSecret", oneFirst ? other : one);
        headers.put("Content-Type", "application/json");
        assertThat(rig.send(FrontRig.request("POST", FrontRig.CASH, headers, FrontRig.order("005930", 1, low()))).code())
                .isEqualTo("EGW00103");
        assertThat(rig.ordersAtKis()).isZero();
    }

    /** Only an operation that cancels is a cancellation: what any other body says of it, KIS does not read. */
    @ParameterizedTest
    @CsvSource({"order-cash, TTTC0012U", "order-cash, CTSC0009U", "order-cash, TTTC0013U", "order-rvsecncl, TTTC0012U",
        "order-resv, CTSC0009U", "order-resv, CTSC0008U", "order-credit, TTTC0052U"})
    void aBuyThatSaysItCancelsIsABuy(String operation, String trId) {
        String path = "/uapi/domestic-stock/v1/trading/" + operation;
        String order = with(FrontRig.order("005930", 50, low()), "\"RVSE_CNCL_DVSN_CD\": \"02\"");
        assertThat(post("canceller", canceller, path, trId, order).summary()).isEqualTo(NOT_ALLOWED);
        assertThat(post("bounded", bounded, path, trId, order).summary()).isIn(NOT_ALLOWED, NOT_THERE);
        assertThat(rig.kis.calls().on(operation)).isEmpty();
        assertThat(rig.ordersAtKis()).isZero();
    }

    /** A price beside a kind of order that has none, or that nobody knows, makes no order cheap. */
    @ParameterizedTest
    @CsvSource({"order-cash, TTTC0012U, 01", "order-cash, TTTC0012U, 03", "order-cash, TTTC0012U, 99", "order-cash, TTTC0012U, ''",
        "order-credit, TTTC0052U, 01", "order-resv, CTSC0008U, 01"})
    void aPriceThatKisDoesNotLookAtIsNone(String operation, String trId, String kind) {
        String order = FrontRig.order("005930", 2, low()).replace("\"ORD_DVSN\": \"00\"", "\"ORD_DVSN\": \"" + kind + "\"")
                .replace("\"" + low() + "\"", "\"1\"");
        assertThat(post("valued", valued, "/uapi/domestic-stock/v1/trading/" + operation, trId, order).summary()).isEqualTo(NOT_ALLOWED);
        assertThat(rig.kis.calls().on(operation)).isEmpty();
    }

    /** What KIS makes of it is KIS's to say: it was a fault of the gateway's, which paged an operator. */
    @Test
    void anExchangeThatNobodyKnowsIsTheCallersFault() {
        for (String exchange : new String[] {"XXX", "krx", "KRX,NXT"}) {
            FrontRig.Reply reply = post("one", one, FrontRig.CASH, "TTTC0012U",
                    with(FrontRig.order("005930", 1, low()), "\"EXCG_ID_DVSN_CD\": \"" + exchange + "\""));
            assertThat(reply.code()).as(reply.body()).isNotEqualTo("EGW00002");
        }
        assertThat(rig.kis.calls().on("order-cash")).isNotEmpty();
    }

    private static String change(String original, String what, String price) {
        return "{\"CANO\":\"" + FrontRig.ACCOUNT + "\",\"ACNT_PRDT_CD\":\"01\",\"KRX_FWDG_ORD_ORGNO\":\"91252\"," + original
                + ",\"ORD_DVSN\":\"00\",\"RVSE_CNCL_DVSN_CD\":\"" + what + "\",\"ORD_QTY\":\"1\",\"ORD_UNPR\":\"" + price
                + "\",\"QTY_ALL_ORD_YN\":\"Y\"}";
    }

    private static String named(String number) {
        return "\"ORGN_ODNO\":\"" + number + "\"";
    }

    @Test
    void anothersOrderIsAsIfThereWereNone() {
        String theirs = post("one", one, FrontRig.CASH, "TTTC0012U", FrontRig.order("005930", 1, low())).member("ODNO");
        String own = post("other", other, FrontRig.CASH, "TTTC0012U", FrontRig.order("005930", 1, low())).member("ODNO");
        String price = Long.toString(low() + 100);
        for (String original : new String[] {named(theirs), named(theirs.replaceFirst("^0+", "")), named(""),
            "\"orgn_odno\":\"" + theirs + "\"", named(own) + ",\"orgn_odno\":\"" + theirs + "\"",
            named(own) + ",\"RSVN_ORD_SEQ\":\"" + theirs + "\"", "\"ORGN_ODNO \":\"" + theirs + "\"",
            "\"ORGN_ODNO\":[\"" + theirs + "\"]"}) {
            assertThat(post("other", other, CHANGE, "TTTC0013U", change(original, "02", "0")).summary()).as(original).isEqualTo(NOT_THERE);
            assertThat(post("other", other, CHANGE, "TTTC0013U", change(original, "01", price)).summary()).as(original)
                    .isEqualTo(NOT_THERE);
        }
        assertThat(post("other", other, RESERVED, "CTSC0009U", change("\"RSVN_ORD_SEQ\":\"" + own + "\"", "02", "0")).summary())
                .isEqualTo(NOT_THERE);
        assertThat(rig.kis.calls().on("order-rvsecncl")).isEmpty();
        assertThat(rig.kis.calls().on("order-resv-rvsecncl")).isEmpty();

        FrontRig.Reply changed = post("other", other, CHANGE, "TTTC0013U", change(named(own), "01", price));
        assertThat(changed.member("rt_cd")).as(changed.body()).isEqualTo("0");
        String number = changed.member("ODNO");
        FrontRig.Reply cancelled = post("other", other, CHANGE, "TTTC0013U", change(named(number), "02", "0"));
        assertThat(cancelled.member("rt_cd")).as(cancelled.body()).isEqualTo("0");
        // It is its own however it writes the number; what KIS makes of that is KIS's affair.
        post("other", other, CHANGE, "TTTC0013U", change(named(number.replaceFirst("^0+", "")), "02", "0"));
        assertThat(rig.kis.calls().on("order-rvsecncl")).hasSize(3);
        assertThat(post("admin", admin, CHANGE, "TTTC0013U", change(named(theirs), "02", "0")).member("rt_cd")).isEqualTo("0");
    }

    /** Where nothing listens for a client of KIS, nobody pages an operator. */
    @ParameterizedTest
    @ValueSource(strings = {"/uapi", "/uapix", "/uapi/", "/oauth2", "/oauth2x/tokenP", "/oauth2/", "/oauth2/../uapi"})
    void aPathBesideItsOwnIsTheCallersFault(String path) {
        for (String method : new String[] {"GET", "POST"}) {
            FrontRig.Reply reply =
                    send("reader", reader, method, path, "FHKST01010100", method.equals("GET") ? null : new byte[] {'{', '}'});
            assertThat(reply.body()).as(method + " " + path).doesNotContain("INTERNAL", "EGW00002");
            assertThat(reply.status()).isGreaterThanOrEqualTo(400);
        }
    }

    /** What is passed on byte by byte has one reading. */
    @Test
    void aBodyIsUtf8() {
        String order = FrontRig.order("005930", 1, low());
        for (byte[] body : new byte[][] {order.getBytes(StandardCharsets.UTF_16), order.getBytes(StandardCharsets.UTF_16LE),
            ('\ufeff' + order).getBytes(StandardCharsets.UTF_8)}) {
            assertThat(send("one", one, "POST", FrontRig.CASH, "TTTC0012U", body).summary()).isEqualTo("500 1 IGW00007");
        }
        assertThat(rig.ordersAtKis()).isZero();
    }

    /** Whether KIS goes by the path or by the TR id is not known: what is not on its list is no query of the market. */
    @ParameterizedTest
    @CsvSource({"domestic-stock/v1/trading/inquire-balance, TTTC8434R", "domestic-stock/v1/quotations/inquire-balance, TTTC8434R",
        "domestic-stock/v1/TRADING/inquire-balance, TTTC8434R", "domestic-stock/v1/quotations/inquire-price, TTTC8434R",
        "domestic-stock/v1/tra%64ing/inquire-balance, TTTC8434R"})
    void whoMayReadTheMarketReadsNoAccount(String path, String trId) {
        assertThat(send("reader", reader, "GET", "/uapi/" + path + "?CANO=" + FrontRig.ACCOUNT + "&ACNT_PRDT_CD=01", trId, null).summary())
                .isEqualTo(NOT_ALLOWED);
        assertThat(rig.kis.calls().on("inquire-balance")).isEmpty();
    }

    @Test
    void whoTriesManyPairsIsSlowedDownAndWhoHasOneIsNot() {
        String price = FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930";
        for (int i = 0; i < 10; i++) {
            assertThat(send("reader", "x".repeat(50), "GET", price, "FHKST01010100", null).code()).isEqualTo("EGW00304");
        }
        FrontRig.Reply slowed = send("reader", "x".repeat(50), "GET", price, "FHKST01010100", null);
        assertThat(slowed.code()).isEqualTo("EGW00201");
        assertThat(slowed.header("Retry-After")).matches("[1-9][0-9]?");
        assertThat(send("reader", reader, "GET", price, "FHKST01010100", null).member("rt_cd")).isEqualTo("0");
    }
}
