package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.RawHttp;
import io.kisgateway.testing.RawHttp.Answer;
import io.kisgateway.testing.Rig;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of another site can make a browser send, byte for byte, at both ports. */
class ForeignPagesTest {

    private static final String ORDER = "{\"stock_code\":\"005930\",\"quantity\":1}";
    private static final String JSON = "Content-Type: application/json";
    @AutoClose
    private static final Rig rig = Rig.unlimited("ALLOWED_HOSTS", "kis.example.com");

    private static Answer ask(String body, String... lines) {
        return RawHttp.send(rig.gateway().port(), body, lines);
    }

    private static Answer manage(String body, String... lines) {
        return RawHttp.send(rig.gateway().managementPort(), body, lines);
    }

    private static JsonNode json(Answer answer) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(answer.body());
        } catch (java.io.IOException e) {
            throw new AssertionError(answer.text(), e);
        }
    }

    private static int orders() {
        return rig.http().get("/api/trading/orders").at("/data").size();
    }

    private static void isRefused(Answer answer, int status, String code, String outcome) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.headers("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.headers("X-Request-Id")).hasSize(1);
        JsonNode problem = json(answer);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("success").asBoolean(true)).isFalse();
        assertThat(problem.path("outcome").asText(null)).isEqualTo(outcome);
    }

    /** what a form without fields posts; it needs no header that a page would have to ask for. */
    @Test
    void noOrderWithoutJson() {
        int before = orders();
        isRefused(ask("", "POST /api/trading/buy?stock_code=005930&quantity=1 HTTP/1.1", "Host: localhost"), 400, "INVALID_REQUEST",
                "not_placed");
        isRefused(ask("", "POST /api/trading/buy?stock_code=005930&quantity=11 HTTP/1.1", "Host: localhost",
                "Content-Type: application/x-www-form-urlencoded"), 400, "INVALID_REQUEST", "not_placed");
        isRefused(ask("", "POST /api/trading/buy HTTP/1.1", "Host: localhost"), 415, "UNSUPPORTED_MEDIA_TYPE", "not_placed");
        isRefused(ask(ORDER, "POST /api/trading/buy HTTP/1.1", "Host: localhost", "Content-Type: text/plain"), 415,
                "UNSUPPORTED_MEDIA_TYPE", "not_placed");
        isRefused(ask(ORDER, "POST /api/trading/buy HTTP/1.1", "Host: localhost"), 415, "UNSUPPORTED_MEDIA_TYPE", "not_placed");
        assertThat(orders()).isEqualTo(before);
    }

    /** what a proxy or a log reads in the body is what is ordered. */
    @Test
    void noQueryBeatsTheBody() {
        int before = orders();
        isRefused(ask(ORDER, "POST /api/trading/buy?quantity=7 HTTP/1.1", "Host: localhost", JSON), 400, "INVALID_REQUEST", "not_placed");
        isRefused(
                ask("{\"stock_code\":\"005930\",\"quantity\":1,\"price\":999000}", "POST /api/trading/sell?price=0 HTTP/1.1",
                        "Host: localhost", JSON),
                400, "INVALID_REQUEST", "not_placed");
        isRefused(ask("{\"stock_code\":\"005930\"}", "POST /api/market-data/snapshot?is_index=false HTTP/1.1", "Host: localhost", JSON),
                400, "INVALID_REQUEST", null);
        assertThat(orders()).isEqualTo(before);
    }

    @Test
    void aMemberThatComesTwiceInAQueryIsRefused() {
        Answer answer = ask(null, "GET /api/market-data/is-trading-day?date=20261127&date=20261128 HTTP/1.1", "Host: localhost");
        isRefused(answer, 400, "INVALID_REQUEST", null);
        assertThat(json(answer).path("field").asText()).isEqualTo("date");
    }

    /** a name whose records the page's author owns. */
    @ParameterizedTest
    @ValueSource(strings = {"rebind.test", "rebind.test:8080", "127.0.0.1.nip.io", "localhost.evil.example"})
    void noNameOfAnotherSite(String host) {
        int before = orders();
        isRefused(ask(ORDER, "POST /api/trading/buy HTTP/1.1", "Host: " + host, JSON, "Origin: http://" + host), 421, "MISDIRECTED_REQUEST",
                "not_placed");
        isRefused(ask(null, "GET /api/trading/orders HTTP/1.1", "Host: " + host), 421, "MISDIRECTED_REQUEST", null);
        isRefused(ask(null, "GET /health HTTP/1.1", "Host: " + host), 421, "MISDIRECTED_REQUEST", null);
        isRefused(ask("", "POST /api/account/balance HTTP/1.1", "Host: " + host), 421, "MISDIRECTED_REQUEST", null);
        isRefused(ask(null, "GET http://" + host + "/api/trading/orders HTTP/1.1", "Host: localhost"), 421, "MISDIRECTED_REQUEST", null);
        for (String action : List.of("trading/halt", "trading/resume", "circuit-breaker/force-open", "circuit-breaker/reset")) {
            isRefused(manage("", "POST /admin/" + action + " HTTP/1.1", "Host: " + host, "Origin: http://" + host), 421,
                    "MISDIRECTED_REQUEST", null);
        }
        isRefused(manage(null, "GET /console/data HTTP/1.1", "Host: " + host), 421, "MISDIRECTED_REQUEST", null);
        isRefused(manage("{\"type\":\"version\"}", "POST /jolokia HTTP/1.1", "Host: " + host), 421, "MISDIRECTED_REQUEST", null);
        assertThat(orders()).isEqualTo(before);
        assertThat(rig.http().get("/health").at("/circuit_breaker/state").asText()).isEqualTo("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "[::1]:8080", "localhost", "kis-gateway:8080", "kis-gateway.trading.svc.cluster.local",
        "kis-gateway-x-an.a.run.app", "kis.example.com"})
    void itsOwnNamesAreAnswered(String host) {
        assertThat(ask(null, "GET /health/live HTTP/1.1", "Host: " + host).status()).isEqualTo(200);
        assertThat(manage(null, "GET /health/live HTTP/1.1", "Host: " + host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"Origin: https://evil.example", "Origin: null", "Origin: http://127.0.0.1:1", "Origin: file://",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"})
    void noRequestOfAForeignPage(String header) {
        int before = orders();
        isRefused(ask(ORDER, "POST /api/trading/buy HTTP/1.1", "Host: localhost", JSON, header), 403, "FORBIDDEN", "not_placed");
        isRefused(ask(null, "GET /api/trading/orders HTTP/1.1", "Host: localhost", header), 403, "FORBIDDEN", null);
        isRefused(manage("", "POST /admin/trading/halt HTTP/1.1", "Host: localhost", header), 403, "FORBIDDEN", null);
        isRefused(manage(null, "GET /console/data HTTP/1.1", "Host: localhost", header), 403, "FORBIDDEN", null);
        assertThat(orders()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"Origin: http://localhost", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: https://kis.example.com"})
    void itsOwnPagesMay(String header) {
        assertThat(ask("{\"stock_code\":\"005930\"}", "POST /api/market-data/snapshot HTTP/1.1", "Host: localhost", JSON, header).status())
                .isEqualTo(200);
        assertThat(manage("", "POST /admin/circuit-breaker/reset HTTP/1.1", "Host: localhost", header).status()).isEqualTo(200);
    }

    @Test
    void aLinkMayLeadToItsPagesOnly() {
        String[] link = {"Host: localhost", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"};
        assertThat(ask(null, with("GET /docs HTTP/1.1", link)).status()).isEqualTo(200);
        assertThat(manage(null, with("GET /console HTTP/1.1", link)).status()).isEqualTo(200);
        isRefused(ask(null, with("GET /api/trading/orders HTTP/1.1", link)), 403, "FORBIDDEN", null);
        String[] frame = {"Host: localhost", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"};
        isRefused(ask(null, with("GET /docs HTTP/1.1", frame)), 403, "FORBIDDEN", null);
    }

    private static String[] with(String line, String... more) {
        return Stream.concat(Stream.of(line), Stream.of(more)).toArray(String[]::new);
    }

    /** C-4 and 14.1. */
    @Test
    void everyReplyTellsBrowsersWhatNotToDoWithIt() {
        List<Answer> answers = List.of(ask(null, "GET /docs HTTP/1.1", "Host: localhost"),
                ask(null, "GET /openapi.yaml HTTP/1.1", "Host: localhost"),
                ask(null, "GET /docs/swagger-ui.css HTTP/1.1", "Host: localhost"), ask(null, "GET /health HTTP/1.1", "Host: localhost"),
                ask(null, "GET /nowhere HTTP/1.1", "Host: localhost"), ask(null, "GET / HTTP/1.1", "Host: rebind.test"),
                manage(null, "GET /routes HTTP/1.1", "Host: localhost"), manage(null, "GET /console HTTP/1.1", "Host: localhost"),
                manage(null, "GET /metrics HTTP/1.1", "Host: localhost"), ask(null, "nonsense", "Host: localhost"));
        for (Answer answer : answers) {
            assertThat(answer.headers("X-Content-Type-Options")).as(answer.text()).containsExactly("nosniff");
            assertThat(answer.headers("X-Frame-Options")).containsExactly("DENY");
            assertThat(answer.headers("Content-Security-Policy")).hasSize(1).first().asString()
                    .startsWith("default-src 'none'").contains("frame-ancestors 'none'").doesNotContain("script-src 'unsafe-inline'");
        }
    }

    /** C-6 and whatever else has two readings. */
    @Test
    void aRequestHasOneHost() {
        isRefused(ask(null, "GET /health HTTP/1.1", "Host: localhost", "Host: rebind.test"), 400, "INVALID_REQUEST", null);
        isRefused(ask(null, "GET /health HTTP/1.1", "Host: localhost", "Host: localhost"), 400, "INVALID_REQUEST", null);
        isRefused(ask(null, "GET /health HTTP/1.1"), 400, "INVALID_REQUEST", null);
        isRefused(ask(null, "GET /health HTTP/1.1", "Host: a@b"), 400, "INVALID_REQUEST", null);
        assertThat(manage(null, "GET /health HTTP/1.1", "Host: localhost", "Host: localhost").status()).isEqualTo(400);
        assertThat(ask(null, "GET /health/live HTTP/1.0").status()).isEqualTo(200);
    }
}
