package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * The Python client in use against the service that this one replaces, unmodified: the fifteen requests that it can make, as the library
 * {@code requests} sends them, and of each reply the members that it reads.
 */
class FieldClientTest {

    private static final String[] HEADERS = {"User-Agent", "python-requests/2.32.3", "Accept-Encoding", "gzip, deflate", "Accept", "*/*"};

    @AutoClose
    private static final Rig rig = Rig.at(TestClock.at("2026-11-23T14:00:00"));
    private static final Http http = rig.http();

    /** {@code requests.post(url, json=…)}: with blanks after colon and comma, as Python writes JSON. */
    private static JsonNode post(String path, String json) {
        return succeeded(http.post(path, json.replace('\'', '"'), HEADERS));
    }

    private static JsonNode get(String path) {
        return succeeded(http.send(http.request(path).GET().headers(HEADERS)));
    }

    private static JsonNode succeeded(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        return reply.json();
    }

    private static void assertHas(JsonNode node, String... members) {
        for (String member : members) {
            assertThat(node.has(member)).as("%s of %s", member, node).isTrue();
        }
    }

    @Test
    void fifteenOfFifteen() {
        assertThat(get("/health").path("status").asText()).isEqualTo("ok");
        assertHas(get("/stats").path("requests"), "total", "successful", "failed");

        JsonNode snapshot = post("/api/market-data/snapshot", "{'stock_code': '005930', 'is_index': false}");
        assertThat(snapshot.path("success").booleanValue()).isTrue();
        assertHas(snapshot.path("data"), "code", "name", "price", "high", "low", "open", "volume", "change", "change_rate");
        assertThat(post("/api/market-data/snapshot", "{'stock_code': '0001', 'is_index': true}").at("/data/price").isNumber()).isTrue();

        JsonNode days = post("/api/market-data/daily-prices", "{'stock_code': '005930', 'num_days_to_fetch': '60', 'is_index': null}");
        assertThat(days.path("data")).hasSize(60)
                .allSatisfy(row -> assertHas(row, "date", "open", "high", "low", "close", "price", "volume"));

        JsonNode past =
                post("/api/market-data/minute-chart", "{'stock_code': '005930', 'target_date': '2026-11-20', 'minute_interval': 5}");
        assertThat(past.path("data").size()).isGreaterThan(70);
        JsonNode now = post("/api/market-data/minute-chart", "{'stock_code': '005930', 'target_date': null, 'minute_interval': null}");
        assertThat(now.path("data")).hasSize(30)
                .allSatisfy(row -> assertHas(row, "datetime", "time", "open", "high", "low", "close", "volume"));

        JsonNode trend =
                post("/api/market-data/investor-trend", "{'stock_code': '005930', 'start_date': '20261116', 'end_date': '2026-11-20'}");
        assertThat(trend.path("data")).hasSize(5)
                .allSatisfy(row -> assertHas(row, "date", "price", "individual_net_buy", "foreigner_net_buy", "institution_net_buy"));

        assertThat(get("/api/market-data/is-trading-day?date=2024-11-25").at("/data/is_trading_day").booleanValue()).isTrue();
        assertThat(get("/api/market-data/check-market-open").at("/data/is_open").booleanValue()).isTrue();

        JsonNode bought = post("/api/trading/buy", "{'stock_code': '005930', 'quantity': 10, 'price': null}");
        assertThat(bought.path("order_no").asText()).matches("[0-9]{10}");
        assertThat(post("/api/trading/sell", "{'stock_code': '005930', 'quantity': '1', 'price': 0}").path("order_no").asText())
                .matches("[0-9]{10}");
        long low = rig.simulator().market().lowerLimit("035720");
        String resting =
                post("/api/trading/buy", "{'stock_code': '035720', 'quantity': 3, 'price': " + low + "}").path("order_no").asText();
        JsonNode cancelled = post("/api/trading/cancel", "{'order_no': '" + resting + "', 'quantity': 0}");
        assertThat(cancelled.path("cancelled").booleanValue()).isTrue();
        assertThat(cancelled.path("success").booleanValue()).isTrue();

        JsonNode balance = post("/api/account/balance", "{}");
        assertHas(balance.path("summary"), "cash", "total_value", "profit_loss");
        assertThat(balance.path("data")).isNotEmpty()
                .allSatisfy(row -> assertHas(row, "code", "name", "quantity", "avg_price", "current_price", "profit_loss_rate"));
        assertThat(post("/api/account/cash-balance", "{}").path("data").isIntegralNumber()).isTrue();

        assertThat(rig.management().get("/routes").text()).as("no mapping names a member that KIS does not send")
                .doesNotContain("misspelt");
    }

    @Test
    void whatItMustNotDoAnyMoreIsGoneAndSaysSo() {
        for (String path : List.of("/api/token", "/api/ws-approval-key")) {
            for (Reply reply : List.of(http.send(http.request(path).GET().headers(HEADERS)), http.post(path, "{}", HEADERS))) {
                assertThat(reply.status()).isEqualTo(410);
                assertThat(reply.code()).isEqualTo("GONE");
                assertThat(reply.at("/detail").asText()).as("what to do").containsAnyOf("call the endpoint that you need", "listen to");
            }
        }
    }
}
