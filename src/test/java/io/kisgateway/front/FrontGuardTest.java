package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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

/** Where a bound is set, an order whose size cannot be told for sure goes no further. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrontGuardTest {

    @AutoClose
    private FrontRig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        rig = new FrontRig(folder, Map.of("MAX_ORDER_QUANTITY", "5", "MAX_ORDER_VALUE", "1000000"));
    }

    @BeforeEach
    void begin() {
        rig.begin();
    }

    private FrontRig.Reply buy(String members) {
        return rig.post(FrontRig.CASH, "TTTC0012U", "{\"CANO\": \"" + FrontRig.ACCOUNT
                + "\", \"ACNT_PRDT_CD\": \"01\", \"PDNO\": \"005930\", \"ORD_DVSN\": \"01\", \"ORD_UNPR\": \"0\", " + members + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"ORD_QTY\": \"6\"", "\"ORD_QTY\": 6", "\"ORD_QTY\": \"6.0\"", "\"ORD_QTY\": 6.0", "\"ORD_QTY\": \"6e0\"",
        "\"ORD_QTY\": \"+6\"", "\"ORD_QTY\": \"0x6\"", "\"ORD_QTY\": \"\"", "\"ORD_QTY\": null", "\"ORD_QTY\": \"6 \"",
        "\"ORD_QTY\": \"1\", \"ord_qty\": \"99\"", "\"ord_qty\": \"99\"", "\"ORD_QTY\": \"99\", \"QTY_ALL_ORD_YN\": \"Y\"",
        "\"ORD_QTY\": \"1\", \"pdno\": \"000660\"", "\"ORD_QTY\": \"9999999999\""})
    void noOrderOfAnUnknownOrLargerSize(String members) {
        FrontRig.Reply reply = buy(members);
        assertThat(reply.summary()).isEqualTo("200 7 KGW00002");
        assertThat(rig.ordersAtKis()).isZero();
    }

    /** What an operation does not have KIS does not read: it makes no order small. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "overseas-stock/v1/trading/order-resv | TTTT3014U | 'PDNO':'AAPL','OVRS_EXCG_CD':'NASD','FT_ORD_QTY':'99','FT_ORD_UNPR3':'1','ORD_QTY':'1'",
        "domestic-bond/v1/trading/buy | TTTC0952U | 'PDNO':'KR6095572D81','ORD_QTY2':'99','BOND_ORD_UNPR':'10000','ORD_QTY':'1'",
        "domestic-stock/v1/trading/order-resv | CTSC0008U | 'PDNO':'207940','ORD_QTY':'5','ORD_UNPR':'1','SLL_BUY_DVSN_CD':'02','ORD_DVSN_CD':'01','ORD_OBJT_CBLC_DVSN_CD':'10','ORD_DVSN':'00'",
        "domestic-stock/v1/trading/order-resv | CTSC0008U | 'PDNO':'005930','FT_ORD_QTY':'1','ORD_UNPR':'1','SLL_BUY_DVSN_CD':'02','ORD_DVSN_CD':'00','ORD_OBJT_CBLC_DVSN_CD':'10'"})
    void whatTheOperationDoesNotHaveMakesNoOrderSmall(String path, String trId, String members) {
        FrontRig.Reply reply = rig.post("/uapi/" + path, trId, "{\"CANO\": \"" + FrontRig.ACCOUNT + "\", \"ACNT_PRDT_CD\": \"01\", "
                + members.replace('\'', '"') + "}");
        assertThat(reply.summary()).isEqualTo("200 7 KGW00002");
    }

    @Test
    void oneWithinTheBoundGoes() {
        assertThat(buy("\"ORD_QTY\": \"5\"").member("rt_cd")).isEqualTo("0");
        assertThat(rig.ordersAtKis()).isOne();
    }
}
