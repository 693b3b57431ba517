package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.kis.KisWorkers;
import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway itself has to say, in KIS's form: each row of the table in docs/kis-front.md. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = Rig.JMX, mode = ResourceAccessMode.READ, target = ResourceLockTarget.CHILDREN)
class FrontErrorsTest {

    private static final String QUERY = FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=";
    private static final String PRICE_ID = "FHKST01010100";
    private static final String BUY = "TTTC0012U";

    // Each row of the table: status, rt_cd, code, text.
    private static final String TOO_MANY = "500 1 EGW00201 초당 거래건수를 초과하였습니다.";
    private static final String AWAY = "500 1 EGW00300 Gateway 라우팅 오류가 발생했습니다.";
    private static final String NOT_SENT = "500 1 EGW00001 일시적 오류가 발생했습니다.";
    private static final String LATE = "500 1 EGW00301 연결 시간이 초과되었습니다. 직전 거래를 반드시 확인하세요.";
    private static final String UNKNOWN = "200 1 EGW00302 거래시간이 초과되었습니다. 직전 거래를 반드시 확인하세요.";
    private static final String FINE = "200 0 MCA00000 정상처리 되었습니다.";
    private static final String CREDENTIALS = "500 1 EGW00002 서버 에러가 발생했습니다.";

    @TempDir
    private Path folder;
    private int quantity;

    private String order() {
        return FrontRig.order("005930", ++quantity, 0);
    }

    private static void query(FrontRig rig, String said) {
        said(rig.get(QUERY + "005930", PRICE_ID), PRICE_ID, said);
    }

    private void order(FrontRig rig, String said) {
        said(rig.post(FrontRig.CASH, BUY, order()), BUY, said);
    }

    /** Also what lasts for a while is said with how long, and clients may look for the TR id on every reply. */
    private static void said(FrontRig.Reply reply, String trId, String said) {
        assertThat(reply.summary() + ' ' + reply.member("msg1").strip()).isEqualTo(said);
        assertThat(reply.header("tr_id")).isEqualTo(trId);
        assertThat(reply.headers()).containsKeys("tr_cont", "Content-Type", "Content-Length");
        if (said.equals(TOO_MANY) || said.equals(AWAY)) {
            assertThat(reply.header("Retry-After")).as(said).matches("[0-9]+");
        }
    }

    @Test
    void limitsAreOfEachOperation() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("RATE_LIMIT_KIS_DOMESTIC_STOCK_INQUIRE_PRICE", "1/hour",
                "RATE_LIMIT_KIS_DOMESTIC_STOCK_ORDER_CASH", "1/hour", "RATE_LIMIT_KIS_OTHER", "1/hour"))) {
            assertThat(rig.get(QUERY + "000660", PRICE_ID).summary()).isEqualTo("200 0 MCA00000");
            query(rig, TOO_MANY);
            assertThat(rig.get("/uapi/domestic-stock/v1/quotations/inquire-ccnl?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930",
                    "FHKST01010300").status()).isEqualTo(200);

            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("200 0 APBK0013");
            order(rig, TOO_MANY);
            assertThat(rig.ordersAtKis()).isOne();

            rig.get("/uapi/made-up/v1/one", PRICE_ID);
            long calls = rig.kis.calls().total();
            said(rig.get("/uapi/made-up/v1/two", PRICE_ID), PRICE_ID, TOO_MANY);
            assertThat(rig.kis.calls().total()).isEqualTo(calls);
        }
    }

    @Test
    void kisThrottles() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            rig.kis.faults().add(Fault.code("EGW00201").onPath("/uapi/").times(99));
            query(rig, TOO_MANY);
            order(rig, TOO_MANY);
            assertThat(rig.ordersAtKis()).isZero();
        }
    }

    /** Those that are at KIS hang: the next of their kind finds no place. */
    @Test
    void tooManyCallsAreAtKis() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("KIS_CONNECTIONS", "2", "SHUTDOWN_TIMEOUT", "0"))) {
            query(rig, FINE);
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(8_000).onPath("inquire-price").times(9));
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(8_000).onPath("order-cash").times(KisWorkers.FOR_ORDERS));
            rig.kis.calls().clear();
            List<Socket> open = new ArrayList<>();
            open.add(rig.open(FrontRig.request("GET", QUERY + "000660", FrontRig.headers(PRICE_ID), null)));
            await().until(() -> rig.kis.calls().on("inquire-price").size() == 1);
            query(rig, TOO_MANY);
            for (int i = 0; i < KisWorkers.FOR_ORDERS; i++) {
                open.add(rig.open(FrontRig.request("POST", FrontRig.CASH, FrontRig.headers(BUY), order())));
            }
            await().until(() -> rig.kis.calls().on("order-cash").size() == KisWorkers.FOR_ORDERS);
            order(rig, TOO_MANY);
            rig.kis.hurry();
            for (Socket one : open) {
                assertThat(read(one).member("rt_cd")).isEqualTo("0");
            }
            assertThat(rig.ordersAtKis()).isEqualTo(KisWorkers.FOR_ORDERS);
        }
    }

    @Test
    void whatKisDoesNotAnswer() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("KIS_READ_TIMEOUT_MS", "1000", "KIS_CALL_TIMEOUT_MS", "2000"))) {
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(5_000).onPath("inquire-price").times(3));
            query(rig, LATE);
            rig.kis.faults().clear();
            rig.kis.faults().add(Fault.of(Kind.GARBAGE).onPath("inquire-price").times(9));
            said(rig.get(QUERY + "000660", PRICE_ID), PRICE_ID, LATE);
            rig.kis.faults().clear();
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(5_000).taken().onPath("order-cash"));
            order(rig, UNKNOWN);
            rig.kis.faults().add(Fault.of(Kind.GARBAGE).taken().onPath("order-cash"));
            order(rig, UNKNOWN);
            assertThat(rig.ordersAtKis()).isEqualTo(2);
        }
    }

    /** Clients in use send an order again on all else than HTTP 200; KIS's status says nothing by itself. */
    @ParameterizedTest
    @ValueSource(ints = {201, 404, 500, 503})
    void anOrderThatKisTookIsSaidWithHttp200(int status) throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            String body = "{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\",\"msg1\":\"x\",\"output\":{\"ODNO\":\"0000117057\"}}";
            rig.kis.faults().add(Fault.of(Kind.GARBAGE).status(status).body(body).taken().onPath("order-cash"));
            FrontRig.Reply reply = rig.post(FrontRig.CASH, BUY, order());
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo(body);
        }
    }

    /** Nobody listens at KIS: an order has certainly not left. */
    @Test
    void kisIsAway() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            query(rig, FINE);
            rig.kis.close();
            query(rig, AWAY);
            order(rig, NOT_SENT);
        }
    }

    /**
     * Clients in use fetch a token and ask again, for ever, if they see KIS's code. Where another token would do, the next may be had
     * within a minute: until then it is a matter of limits.
     */
    @ParameterizedTest
    @CsvSource({"EGW00121, " + TOO_MANY, "EGW00123, " + TOO_MANY, "EGW00103, " + CREDENTIALS, "EGW00105, " + CREDENTIALS,
        "EGW00304, " + CREDENTIALS, "EGW00133, " + CREDENTIALS})
    void noTroubleWithTheGatewaysOwnTokenIsShown(String code, String then) throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            query(rig, FINE);
            rig.kis.faults().add(Fault.code(code).onPath("/uapi/").times(99));
            query(rig, CREDENTIALS);
            order(rig, then);
            assertThat(rig.ordersAtKis()).isZero();
        }
    }

    /** Whatever KIS says of the gateway's own pair, for as long as it says so. */
    @ParameterizedTest
    @ValueSource(strings = {"EGW00103", "EGW00105", "EGW00133"})
    void kisGivesNoToken(String code) throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            rig.kis.faults().add(Fault.code(code).onPath("/oauth2/tokenP").times(99));
            for (int i = 0; i < 2; i++) {
                query(rig, CREDENTIALS);
                order(rig, CREDENTIALS);
            }
            assertThat(rig.ordersAtKis()).isZero();
        }
    }

    @Test
    void anOperatorForcesTheBreakerOpenOrHalts() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            rig.operator("circuit-breaker/force-open");
            query(rig, AWAY);
            order(rig, NOT_SENT);
            rig.operator("circuit-breaker/reset");
            rig.operator("trading/halt");
            order(rig, "200 7 KGW00001 게이트웨이 운영자가 거래를 중지했습니다. 주문은 전송되지 않았습니다.");
            query(rig, FINE);
            assertThat(rig.ordersAtKis()).isZero();
        }
    }

    @Test
    void theBreakerOpensByItself() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("CIRCUIT_BREAKER_FAIL_MAX", "3", "COALESCE", "false"))) {
            rig.kis.faults().add(Fault.of(Kind.BLANK500).onPath("inquire-price").times(99));
            await().until(() -> {
                rig.get(QUERY + "005930", PRICE_ID);
                return rig.get("/health", null).body().contains("\"state\":\"open\"");
            });
            long calls = rig.kis.calls().total();
            query(rig, AWAY);
            order(rig, NOT_SENT);
            assertThat(rig.kis.calls().total()).isEqualTo(calls);
        }
    }

    @Test
    @ResourceLock(Rig.JMX)
    void anOperatorPausesTheRoutes() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            rig.suspend("kis-front-query");
            rig.suspend("kis-front-order");
            assertThat(rig.get(QUERY + "005930", PRICE_ID).summary()).isEqualTo("500 1 EGW00300");
            order(rig, NOT_SENT);
        }
    }

    /** The gateway goes down, and waits for an order that is at KIS. */
    @Test
    void theGatewayGoesDown() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("SHUTDOWN_TIMEOUT", "0.2"))) {
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(8_000).onPath("order-cash"));
            try (Socket waiting = rig.open(FrontRig.request("POST", FrontRig.CASH, FrontRig.headers(BUY), order()))) {
                await().until(() -> rig.kis.calls().on("order-cash").size() == 1);
                CompletableFuture<Void> down = CompletableFuture.runAsync(rig::goDown);
                await().until(() -> rig.get("/health/ready", null).status() == 503);
                query(rig, AWAY);
                order(rig, NOT_SENT);
                FrontRig.Reply token = rig.send(FrontRig.request("POST", "/oauth2/tokenP", Map.of(),
                        "{\"grant_type\":\"client_credentials\",\"appkey\":\"k\",\"appsecret\":\"s\"}"));
                assertThat(token.status() + " " + token.member("error_code")).isEqualTo("403 EGW00300");
                rig.kis.hurry();
                assertThat(FrontRig.read(waiting).member("rt_cd")).isEqualTo("0");
                down.join();
            }
            assertThat(rig.ordersAtKis()).isOne();
        }
    }

    @Test
    void redisIsAway() throws Exception {
        try (DurableRedis redis = DurableRedis.start();
                FrontRig rig = new FrontRig(folder, Map.of("REDIS_URL", redis.url(), "REDIS_REQUIRED", "true"))) {
            await().until(() -> rig.get(QUERY + "005930", PRICE_ID).member("rt_cd").equals("0"));
            redis.kill();
            await().until(() -> !rig.get(QUERY + "005930", PRICE_ID).member("rt_cd").equals("0"));
            query(rig, AWAY);
            order(rig, NOT_SENT);
            assertThat(rig.ordersAtKis()).isZero();
            redis.startAgain();
        }
    }

    /** Without Redis being demanded only what must be written down is refused. */
    @Test
    void theJournalIsAway() throws Exception {
        try (DurableRedis redis = DurableRedis.start(); FrontRig rig = new FrontRig(folder, Map.of("REDIS_URL", redis.url()))) {
            query(rig, FINE);
            redis.kill();
            order(rig, NOT_SENT);
            query(rig, FINE);
            assertThat(rig.ordersAtKis()).isZero();
            redis.startAgain();
        }
    }

    @Test
    void aKeyThatIsDemanded() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("IDEMPOTENCY_REQUIRED", "true"))) {
            order(rig, "200 7 KGW00004 올바른 gt_uid 또는 Idempotency-Key 헤더가 필요합니다. 주문은 전송되지 않았습니다.");
            assertThat(rig.ordersAtKis()).isZero();
        }
    }

    /** All who share a call get KIS's reply, whatever it says. */
    @Test
    void identicalQueriesShareAReplyAndARefusal() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            for (String said : List.of("200 2 OPSQ2001", "200 0 MCA00000")) {
                long before = rig.kis.calls().on("inquire-price").size();
                rig.kis.faults().clear();
                rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(3_000).onPath("inquire-price"));
                if (said.contains("OPSQ")) {
                    rig.kis.faults().add(Fault.code("OPSQ2001").onPath("inquire-price"));
                }
                byte[] query = FrontRig.request("GET", QUERY + "005930", FrontRig.headers(PRICE_ID), null);
                List<Socket> open = new ArrayList<>(List.of(rig.open(query)));
                await().until(() -> rig.kis.calls().on("inquire-price").size() > before);
                open.add(rig.open(query));
                open.add(rig.open(query));
                for (Socket one : open) {
                    FrontRig.Reply reply = read(one);
                    assertThat(reply.summary()).isEqualTo(said);
                    assertThat(reply.header("tr_id")).isEqualTo(PRICE_ID);
                }
                assertThat(rig.kis.calls().on("inquire-price")).hasSize((int) before + 1);
            }
        }
    }

    /** What differs in anything that KIS might look at is asked for itself. */
    @Test
    void differentQueriesShareNothing() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(2_000).onPath("inquire-price").times(9));
            List<Socket> open = new ArrayList<>();
            for (String[] header : new String[][] {{"tr_cont", ""}, {"tr_cont", "N"}, {"custtype", "B"}, {"gt_uid", "x"},
                {"tr_id", "FHPST01010000"}}) {
                Map<String, String> headers = FrontRig.headers(PRICE_ID);
                headers.put(header[0], header[1]);
                open.add(rig.open(FrontRig.request("GET", QUERY + "005930", headers, null)));
            }
            open.add(rig.open(FrontRig.request("GET", QUERY.replace("FID", "fid") + "005930", FrontRig.headers(PRICE_ID), null)));
            for (Socket one : open) {
                read(one);
            }
            assertThat(rig.kis.calls().on("inquire-price")).anyMatch(arrival -> arrival.trId().equals("FHPST01010000"))
                    .filteredOn(arrival -> arrival.trId().equals(PRICE_ID)).hasSize(open.size() - 1);
        }
    }

    private static FrontRig.Reply read(Socket socket) throws IOException {
        try (socket) {
            return FrontRig.read(socket);
        }
    }

    @Test
    void virtualTrading() throws Exception {
        try (FrontRig rig = FrontRig.virtual(folder, Map.of())) {
            String own = order().replace(FrontRig.ACCOUNT, rig.kis.options().credentials().account().split("-")[0]);
            assertThat(rig.post(FrontRig.CASH, "V" + BUY.substring(1), own).member("rt_cd")).isEqualTo("0");
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("500 1 EGW02007");
            assertThat(rig.get("/uapi/domestic-stock/v1/quotations/chk-holiday?BASS_DT=20260105", "CTCA0903R").summary())
                    .isEqualTo("500 1 EGW02006");
            assertThat(rig.get(QUERY + "005930", PRICE_ID).summary()).isEqualTo("200 0 MCA00000");
            said(rig.post("/uapi/domestic-stock/v1/trading/order-credit", "TTTC0052U", own), "TTTC0052U",
                    "500 1 EGW02006 모의투자 TR 이 아닙니다.");
            assertThat(rig.ordersAtKis()).isOne();
        }
    }
}
