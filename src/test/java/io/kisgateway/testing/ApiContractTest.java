package io.kisgateway.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds replies against the OpenAPI document must not let everything pass. */
class ApiContractTest {

    private static final URI CASH = URI.create("http://127.0.0.1/api/account/cash-balance");
    private static final URI DAY = URI.create("http://127.0.0.1/api/market-data/is-trading-day?date=2026-11-23");
    private static final String DAY_REPLY =
            "{\"success\":true,\"data\":{\"date\":\"2026-11-23\",\"is_trading_day\":true,\"as_of\":\"2026-11-23\"},\"response_time\":0.01}";

    private static void check(String method, URI uri, String body, int status, String reply) {
        String type = status < 400 ? "application/json" : "application/problem+json";
        ApiContract.shared().check(method, uri, body,
                new Http.Reply(status, HttpHeaders.of(Map.of("Content-Type", List.of(type)), (name, value) -> true), reply));
    }

    @Test
    void whatIsRightPasses() {
        assertThatCode(() -> check("GET", DAY, null, 200, DAY_REPLY)).doesNotThrowAnyException();
        assertThatCode(() -> check("POST", CASH, "{}", 200, "{\"success\":true,\"data\":1,\"detail\":{},\"response_time\":0}"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true|\"true\"", "\"2026-11-23\"|\"20261123\"", "\"as_of\"|\"as\"", ",\"response_time\":0.01|", "0.01|\"0.01\"",
        "\"success\":true|\"success\":false"})
    void aReplyThatIsOtherwiseDoesNot(String change) {
        String[] halves = change.split("\\|", 2);

        assertThatThrownBy(() -> check("GET", DAY, null, 200, DAY_REPLY.replace(halves[0], halves[1]))).isInstanceOf(AssertionError.class);
    }

    @Test
    void aRequestThatIsTakenThoughTheDocumentRefusesItDoesNot() {
        assertThatThrownBy(() -> check("POST", CASH, "{\"more\":1}", 200,
                "{\"success\":true,\"data\":1,\"detail\":{},\"response_time\":0}")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> check("GET", URI.create(DAY.toString().replace("2026-11-23", "soon")), null, 200, DAY_REPLY))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aProblemWithoutItsMembersDoesNot() {
        assertThatThrownBy(() -> check("GET", DAY, null, 503, "{\"success\":false}")).isInstanceOf(AssertionError.class);
    }
}
