package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Fault.Kind;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway itself has to say, in KIS's form: each row of the table in docs/kis-front.md. */
class FrontErrorsTest {

    private static final String QUERY = FrontRig.PRICE + "?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=";
    private static final String PRICE_ID = "FHKST01010100";
    private static final String BUY = "TTTC0012U";

    @TempDir
    private Path folder;
    private int quantity;

    private String order() {
        return FrontRig.order("005930", ++quantity, 0);
    }

    @Test
    void limitsAreOfEachOperation() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("RATE_LIMIT_KIS_DOMESTIC_STOCK_INQUIRE_PRICE", "1/hour",
                "RATE_LIMIT_KIS_DOMESTIC_STOCK_ORDER_CASH", "1/hour", "RATE_LIMIT_KIS_OTHER", "1/hour"))) {
            assertThat(rig.get(QUERY + "005930", PRICE_ID).summary()).isEqualTo("200 0 MCA00000");
            FrontRig.Reply refused = rig.get(QUERY + "000660", PRICE_ID);
            assertThat(refused.summary()).isEqualTo("500 1 EGW00201");
            assertThat(refused.header("Retry-After")).isNotBlank();
            assertThat(refused.header("tr_id")).isEqualTo(PRICE_ID);
            assertThat(rig.get("/uapi/domestic-stock/v1/quotations/inquire-ccnl?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930",
                    "FHKST01010300").status()).isEqualTo(200);

            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("200 0 APBK0013");
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("500 1 EGW00201");
            assertThat(rig.ordersAtKis()).isOne();

            rig.get("/uapi/made-up/v1/one", PRICE_ID);
            long calls = rig.kis.calls().total();
            assertThat(rig.get("/uapi/made-up/v1/two", PRICE_ID).summary()).isEqualTo("500 1 EGW00201");
            assertThat(rig.kis.calls().total()).isEqualTo(calls);
        }
    }

    @Test
    void whatKisDoesNotAnswer() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("KIS_READ_TIMEOUT_MS", "1000", "KIS_CALL_TIMEOUT_MS", "2000"))) {
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(5_000).onPath("inquire-price").times(3));
            assertThat(rig.get(QUERY + "005930", PRICE_ID).summary()).isEqualTo("500 1 EGW00301");
            rig.kis.faults().clear();
            rig.kis.faults().add(Fault.of(Kind.GARBAGE).onPath("inquire-price").times(9));
            assertThat(rig.get(QUERY + "000660", PRICE_ID).summary()).isEqualTo("500 1 EGW00301");
            rig.kis.faults().clear();
            rig.kis.faults().add(Fault.of(Kind.LATENCY).ms(5_000).taken().onPath("order-cash"));
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("200 1 EGW00302");
            rig.kis.faults().add(Fault.of(Kind.GARBAGE).taken().onPath("order-cash"));
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("200 1 EGW00302");
            assertThat(rig.ordersAtKis()).isEqualTo(2);
        }
    }

    /** Clients in use fetch a token and ask again, for ever, if they see these. */
    @Test
    void noTroubleWithTheGatewaysOwnTokenIsShown() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            for (String code : List.of("EGW00121", "EGW00123", "EGW00103", "EGW00105", "EGW00304", "EGW00133")) {
                rig.kis.faults().add(Fault.code(code).onPath("/uapi/").times(9));
                // A token is asked for once a minute: until then it is a matter of limits.
                assertThat(rig.get(QUERY + "005930", PRICE_ID).summary()).as(code).isIn("500 1 EGW00002", "500 1 EGW00201");
                assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).as(code).isIn("500 1 EGW00002", "500 1 EGW00201");
                rig.kis.faults().clear();
            }
            assertThat(rig.ordersAtKis()).isZero();
        }
    }

    @Test
    void breakerAndHalt() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of())) {
            rig.operator("circuit-breaker/force-open");
            FrontRig.Reply query = rig.get(QUERY + "005930", PRICE_ID);
            assertThat(query.summary()).isEqualTo("500 1 EGW00300");
            assertThat(query.header("Retry-After")).isNotBlank();
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("500 1 EGW00001");
            rig.operator("circuit-breaker/reset");
            rig.operator("trading/halt");
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("200 7 KGW00001");
            assertThat(rig.get(QUERY + "005930", PRICE_ID).summary()).isEqualTo("200 0 MCA00000");
            assertThat(rig.ordersAtKis()).isZero();
        }
    }

    @Test
    void aKeyThatIsDemanded() throws Exception {
        try (FrontRig rig = new FrontRig(folder, Map.of("IDEMPOTENCY_REQUIRED", "true"))) {
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("200 7 KGW00004");
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
                await().atMost(Duration.ofSeconds(20)).until(() -> rig.kis.calls().on("inquire-price").size() > before);
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

    private static FrontRig.Reply read(Socket socket) throws IOException {
        try (socket) {
            return FrontRig.read(socket);
        }
    }

    @Test
    void virtualTrading() throws Exception {
        try (FrontRig rig = FrontRig.virtual(folder)) {
            String own = order().replace(FrontRig.ACCOUNT, rig.kis.options().credentials().account().split("-")[0]);
            assertThat(rig.post(FrontRig.CASH, "V" + BUY.substring(1), own).member("rt_cd")).isEqualTo("0");
            assertThat(rig.post(FrontRig.CASH, BUY, order()).summary()).isEqualTo("500 1 EGW02007");
            assertThat(rig.get("/uapi/domestic-stock/v1/quotations/chk-holiday?BASS_DT=20260105", "CTCA0903R").summary())
                    .isEqualTo("500 1 EGW02006");
            assertThat(rig.get(QUERY + "005930", PRICE_ID).summary()).isEqualTo("200 0 MCA00000");
            assertThat(rig.ordersAtKis()).isOne();
        }
    }
}
