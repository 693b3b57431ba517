package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.TestClock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The side door over HTTP. */
class AdminTest {

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private final Simulator simulator = Simulator.start(SimulatorOptions.builder().clock(clock)
            .rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).stickyCodes(Set.of("000660")).build());
    private final KisClient client = KisClient.loggedIn(simulator);

    private JsonNode admin(String method, String path, String body) {
        KisClient.Answer answer = client.admin(method, path, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void describesItself() {
        JsonNode about = admin("GET", "/_sim", "");

        assertThat(about.path("kis").asText()).isEqualTo(simulator.baseUrl());
        assertThat(about.path("mode").asText()).isEqualTo("real");
        assertThat(about.path("codes").size()).isGreaterThanOrEqualTo(30);
        assertThat(about.toString()).doesNotContain(simulator.options().credentials().appSecret());
    }

    @Test
    void faultsAreMadeListedAndRemoved() {
        admin("POST", "/_sim/faults", "{\"kind\":\"code\",\"code\":\"EGW00301\",\"path\":\"order-cash\","
                + "\"times\":2,\"after_taken\":true}");
        JsonNode listed = admin("GET", "/_sim/faults", "").path("faults").get(0);

        assertThat(client.buy("005930", 1, 0).summary()).isEqualTo("500 1 EGW00301");
        assertThat(listed.path("kind").asText()).isEqualTo("code");
        assertThat(listed.path("left").asInt()).isEqualTo(2);
        assertThat(listed.path("after_taken").asBoolean()).isTrue();
        assertThat(listed.has("share")).isFalse();
        assertThat(admin("DELETE", "/_sim/faults", "").path("faults")).isEmpty();
        assertThat(client.buy("005930", 1, 0).rtCd()).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/_sim/faults | {}                                        | kind",
        "/_sim/faults | {\"kind\":\"nonsense\"}                   | kind",
        "/_sim/faults | {\"kind\":5}                              | kind",
        "/_sim/faults | {\"kind\":\"code\"}                       | code",
        "/_sim/faults | {\"kind\":\"latency\"}                    | ms",
        "/_sim/faults | {\"kind\":\"latency\",\"ms\":\"5\"}       | ms",
        "/_sim/faults | {\"kind\":\"blank500\",\"times\":1.5}     | times",
        "/_sim/faults | {\"kind\":\"blank500\",\"share\":2}       | share",
        "/_sim/faults | {\"kind\":\"blank500\",\"status\":99}     | status",
        "/_sim/faults | {\"kind\":\"blank500\",\"colour\":\"red\"} | colour",
        "/_sim/faults | nonsense                                  | body",
        "/_sim/faults | []                                        | body",
        "/_sim/account | {\"cash\":-1}                            | cash",
        "/_sim/account | {\"holdings\":[{\"code\":\"ZZZZZZ\",\"quantity\":1,\"average_price\":1}]} | code",
        "/_sim/account | {\"holdings\":[{\"code\":\"005930\",\"quantity\":0,\"average_price\":1}]} | quantity",
        "/_sim/account | {\"holdings\":{}}                        | holdings",
        "/_sim/market | {\"price\":1000}                          | code",
        "/_sim/market | {\"code\":\"ZZZZZZ\",\"price\":1000}      | code",
        "/_sim/market | {\"code\":\"005930\",\"price\":60001}     | price",
        "/_sim/market | {\"code\":\"005930\",\"halted\":\"yes\"}  | halted",
        "/_sim/orders/fill | {\"quantity\":1}                     | odno",
        "/_sim/orders/fill | {\"odno\":\"1\",\"quantity\":1}      | odno"})
    void wrongInputIsNamed(String path, String body, String field) {
        KisClient.Answer answer = client.admin("POST", path, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").asText()).startsWith(field + ":");
        assertThat(simulator.faults().list()).isEmpty();
    }

    @Test
    void unknownOperationsAndTooMuchAreTurnedAway() {
        assertThat(client.admin("GET", "/_sim/nothing", "").status()).isEqualTo(404);
        assertThat(client.admin("PUT", "/_sim/faults", "").status()).isEqualTo(404);
        assertThat(client.admin("POST", "/_sim/faults", "x".repeat(300_000)).status()).isEqualTo(413);
    }

    @Test
    void ordersAreShownAsTaken() {
        client.buy("005930", 2, 0);
        String open = client.buy("000660", 4, simulator.market().lowerLimit("000660")).output().path("ODNO").asText();
        admin("POST", "/_sim/orders/fill", "{\"odno\":\"" + open + "\",\"quantity\":3}");

        JsonNode orders = admin("GET", "/_sim/orders", "").path("orders");

        assertThat(orders.findValuesAsText("state")).containsExactly("filled", "open");
        assertThat(orders.get(0).path("time").asText()).endsWith("+09:00");
        assertThat(orders.get(0).path("fills").get(0).path("qty").asInt()).isEqualTo(2);
        assertThat(orders.get(1).path("side").asText()).isEqualTo("buy");
        assertThat(orders.get(1).path("remaining_qty").asInt()).isEqualTo(1);
    }

    @Test
    void callsAreCountedAndRemembered() {
        client.header("x-leaked", "secret-value").price("005930");
        client.buy("005930", 1, 0);

        JsonNode calls = admin("GET", "/_sim/calls?path=order-cash&last=5", "");

        assertThat(calls.path("total").asInt()).isEqualTo(3);
        assertThat(calls.path("tokens_issued").asInt()).isEqualTo(1);
        assertThat(calls.at("/by_tr_id/FHKST01010100").asInt()).isEqualTo(1);
        assertThat(calls.at("/by_answer/200 APBK0013").asInt()).isEqualTo(1);
        assertThat(calls.path("calls")).hasSize(1);
        assertThat(calls.at("/calls/0/body").asText()).contains("\"ORD_QTY\":\"1\"");
        assertThat(calls.at("/calls/0/headers").toString()).contains("x-leaked").doesNotContain("secret-value");
        assertThat(calls.at("/calls/0/at_ms").asLong()).isEqualTo(clock.millis());
        admin("DELETE", "/_sim/calls", "");
        assertThat(admin("GET", "/_sim/calls", "").path("total").asInt()).isZero();
        assertThat(client.admin("GET", "/_sim/calls?last=many", "").status()).isEqualTo(400);
    }

    @Test
    void theAccountCanBeSet() {
        JsonNode account = admin("POST", "/_sim/account", "{\"cash\":5000000,\"holdings\":"
                + "[{\"code\":\"035720\",\"quantity\":7,\"average_price\":50000}]}");

        assertThat(account.path("orderable_cash").asLong()).isEqualTo(5_000_000);
        assertThat(client.balance().json().path("output1").findValuesAsText("pdno")).containsExactly("035720");
        assertThat(admin("GET", "/_sim/account", "").at("/holdings/0/quantity").asInt()).isEqualTo(7);
    }

    @Test
    void tokensCanBeEnded() {
        admin("POST", "/_sim/tokens/expire", "");
        assertThat(client.price("005930").msgCd()).isEqualTo("EGW00123");
        client.bearer(client.token().json().path("access_token").asText());
        admin("POST", "/_sim/tokens/kill", "{\"incurable\":true}");
        assertThat(client.price("005930").msgCd()).isEqualTo("EGW00121");
        client.bearer(client.token().json().path("access_token").asText());
        assertThat(client.price("005930").msgCd()).isEqualTo("EGW00121");
    }

    @Test
    void theMarketCanBeSet() {
        assertThat(admin("POST", "/_sim/market", "{\"code\":\"005930\",\"price\":60000,\"halted\":true}")
                .path("price").asLong()).isEqualTo(60_000);
        assertThat(client.buy("005930", 1, 0).msgCd()).isEqualTo("APBK0066");
        admin("POST", "/_sim/market", "{\"code\":\"005930\",\"release\":true,\"halted\":false}");
        assertThat(client.buy("005930", 1, 0).msgCd()).isEqualTo("APBK0013");
        admin("POST", "/_sim/connections/close", "");
        assertThat(client.price("005930").status()).isEqualTo(200);
    }

    @Test
    void resetGoesBackToTheStart() {
        client.buy("005930", 1, 0);
        simulator.setPrice("005930", 10_000);
        simulator.faults().add(Fault.of(Fault.Kind.BLANK500));

        admin("POST", "/_sim/reset", "");

        assertThat(client.price("005930").msgCd()).isEqualTo("EGW00121");
        assertThat(simulator.orders().list()).isEmpty();
        assertThat(simulator.orders().cash()).isEqualTo(100_000_000);
        assertThat(simulator.orders().held("005930")).isEqualTo(120);
        assertThat(simulator.market().price("005930")).isNotEqualTo(10_000);
    }
}
