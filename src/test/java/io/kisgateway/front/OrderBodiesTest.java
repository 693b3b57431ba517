package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.PassedOrder;
import io.kisgateway.call.RawRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an order is taken for is what KIS reads of it: what its operation does not have makes it neither smaller nor cheaper. */
class OrderBodiesTest {

    private final KisOperations operations = KisOperations.load();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "domestic-stock/v1/trading/order-cash | TTTC0012U | 'PDNO':'005930','ORD_DVSN':'00','ORD_QTY':'3','ORD_UNPR':'70000' | 3 | 70000",
        "domestic-stock/v1/trading/order-resv | CTSC0008U | 'PDNO':'005930','ORD_DVSN_CD':'00','ORD_QTY':'3','ORD_UNPR':'70000' | 3 | 70000",
        "domestic-stock/v1/trading/order-resv | CTSC0008U | 'PDNO':'005930','ORD_DVSN_CD':'01','ORD_DVSN':'00','ORD_QTY':'3','ORD_UNPR':'1' | 3 | 0",
        "overseas-stock/v1/trading/order-resv | TTTT3014U | 'PDNO':'AAPL','FT_ORD_QTY':'99','ORD_QTY':'1' | 99 | 0",
        "overseas-stock/v1/trading/order-resv | TTTT3014U | 'PDNO':'AAPL','ORD_QTY':'1' | 0 | 0",
        "overseas-stock/v1/trading/order-new | TTTT3014U | 'PDNO':'AAPL','FT_ORD_QTY':'99','ORD_QTY':'1' | 0 | 0",
        "domestic-bond/v1/trading/buy | TTTC0952U | 'PDNO':'KR6095572D81','ORD_QTY2':'99','ORD_QTY':'1' | 99 | 0",
        "overseas-futureoption/v1/trading/order | OTFM3001U | 'FM_ORD_QTY':'99','ORD_QTY':'1' | 99 | 0",
        "domestic-futureoption/v1/trading/order-rvsecncl | TTTO1103U | 'ORD_QTY':'1','RMN_QTY_YN':'Y','RVSE_CNCL_DVSN_CD':'01' | 0 | 0",
        "domestic-futureoption/v1/trading/order | TTTO1101U | 'ORD_QTY':'1','QTY_ALL_ORD_YN':'Y' | 1 | 0"})
    void whatAnOrderIsTakenFor(String path, String trId, String members, long quantity, long price) throws IOException {
        byte[] body = ("{" + members.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8);
        RawRequest request = new RawRequest("POST", "/uapi/" + path, "", Map.of(), body);
        PassedOrder order = OrderBodies.read(operations.at("/uapi/" + path), request, trId,
                (ObjectNode) JsonMapper.builder().build().readTree(body));
        assertThat(order.quantity()).isEqualTo(quantity);
        assertThat(order.price()).isEqualTo(price);
    }
}
