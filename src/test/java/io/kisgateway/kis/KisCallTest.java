package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.kis.StubKis.Request;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KisCallTest {

    private static final String ROUTES = """
            - route:
                id: price
                from:
                  uri: direct:price
                  steps:
                    - to:
                        uri: kis:get:/uapi/domestic-stock/v1/quotations/inquire-price
                        parameters:
                          trId: FHKST01010100
                          FID_COND_MRKT_DIV_CODE: J
                          FID_INPUT_ISCD: ${variable.stock_code}
                          FID_ETC_CLS_CODE: ""
                          unknownWhenZero: output.stck_prpr
            """;

    @Test
    void aQueryReachesKisWithAllItsParametersAndNothingElse() {
        try (StubKis kis = new StubKis(); Fixture gateway = new Fixture(kis.url(), ROUTES)) {
            Fixture.Result result = gateway.send("direct:price", Map.of("stock_code", "005930"));
            assertThat(result.reply().at("/output/stck_prpr").asText()).isEqualTo("70000");
            Request sent = kis.requests().get(0);
            assertThat(sent.method()).isEqualTo("GET");
            assertThat(sent.path()).isEqualTo("/uapi/domestic-stock/v1/quotations/inquire-price");
            assertThat(sent.query()).isEqualTo(
                    "FID_COND_MRKT_DIV_CODE=J&FID_ETC_CLS_CODE=&FID_INPUT_ISCD=005930");
            System.out.println(sent);
        }
    }
}
