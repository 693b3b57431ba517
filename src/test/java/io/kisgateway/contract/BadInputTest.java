package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets a clear error that names the field, reaches nothing behind the gateway and uses no permit. */
class BadInputTest {

    private static final String SNAPSHOT = "/api/market-data/snapshot";
    private static final String DAILY = "/api/market-data/daily-prices";
    private static final String BUY = "/api/trading/buy";
    private static final String MINUTES = "/api/market-data/minute-chart";
    private static final String TRADING_DAY = "/api/market-data/is-trading-day";

    @AutoClose
    private static final Rig rig = Rig.unlimited();
    private static final Http http = rig.http();
    private int callsBefore;

    @BeforeEach
    void count() {
        callsBefore = rig.simulator().calls().list().size();
    }

    @AfterEach
    void nothingReachedKis() {
        assertThat(rig.simulator().calls().list()).hasSize(callsBefore);
        assertThat(rig.simulator().orders().list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "[]", "null", "\"x\"", "12", "{\"stock_code\":\"005930\"} x", "{\"stock_code\":\"005930\"}{}",
        "{\"stock_code\":\"005930\",\"stock_code\":\"000660\"}", "{'stock_code':'005930'}", "{\"stock_code\":NaN}",
        "{\"stock_code\":\"005930\",}", "﻿{\"stock_code\":\"005930\"}x"})
    void whatIsNoJsonObjectIsMalformed(String body) {
        Reply reply = http.post(BUY, body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo(body.isEmpty() ? "INVALID_REQUEST" : "MALFORMED_JSON");
        assertProblem(reply, "not_placed");
    }

    @Test
    void invalidUtf8IsMalformed() {
        byte[] body = "{\"stock_code\":\"00593\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);
        Reply reply = http.send(http.request(SNAPSHOT).header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(body)));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("MALFORMED_JSON");
    }

    @Test
    void deepNestingIsMalformed() {
        assertThat(http.post(SNAPSHOT, "[".repeat(30_000)).code()).isEqualTo("MALFORMED_JSON");
        assertThat(http.post(SNAPSHOT, "{\"a\":".repeat(10_000)).code()).isEqualTo("MALFORMED_JSON");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{} | stock_code",
        "{\"stock_code\":5930} | stock_code",
        "{\"stock_code\":null} | stock_code",
        "{\"stock_code\":\"5930\"} | stock_code",
        "{\"stock_code\":\"005930 \"} | stock_code",
        "{\"stock_code\":\"00593a\"} | stock_code",
        "{\"stock_code\":\"Q5000000\"} | stock_code",
        "{\"stock_code\":\"0001\"} | stock_code",
        "{\"stock_code\":\"005930\",\"is_index\":true} | stock_code",
        "{\"stock_code\":\"005930\",\"is_index\":\"true\"} | is_index",
        "{\"stock_code\":\"005930\",\"is_index\":1} | is_index",
        "{\"stock_code\":[\"005930\"]} | stock_code",
        "{\"stock_code\":\"005930\",\"stock\":1} | stock",
    })
    void aSnapshotNamesTheFieldThatIsWrong(String body, String field) {
        assertInvalid(http.post(SNAPSHOT, body), field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "1.5", "1.0", "1e2", "\"\"", "\"-3\"", "\"3.0\"", "\" 3\"", "true", "99999999999999999999"})
    void daysAreAWholeNumberFrom1To1000(String days) {
        assertInvalid(http.post(DAILY, "{\"stock_code\":\"005930\",\"num_days_to_fetch\":" + days + "}"), "num_days_to_fetch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "1.5", "1e1", "true", "null", "\"\"", "\"ten\"", "\"1,000\"", "[1]", "1000000000",
        "123456789012345678901234567890", "\"123456789012345678901234567890\""})
    void aQuantityIsAWholeNumberFrom1(String quantity) {
        Reply reply = http.post(BUY, "{\"stock_code\":\"005930\",\"quantity\":" + quantity + "}");

        assertInvalid(reply, "quantity");
        assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "70000.5", "1e5", "false", "\"market\"", "\"-1\"", "1000000000"})
    void aPriceIsAWholeNumberFrom0(String price) {
        assertInvalid(http.post(BUY, "{\"stock_code\":\"005930\",\"quantity\":1,\"price\":" + price + "}"), "price");
    }

    @Test
    void aMisspeltPriceIsNotTakenForAMarketOrder() {
        assertInvalid(http.post("/api/trading/sell", "{\"stock_code\":\"005930\",\"quantity\":1,\"prize\":70000}"), "prize");
    }

    @Test
    void aMissingQuantityIsNamed() {
        assertInvalid(http.post(BUY, "{\"stock_code\":\"005930\"}"), "quantity");
    }

    @Test
    void balanceTakesNoMembers() {
        assertInvalid(http.post("/api/account/balance", "{\"account\":\"12345678\"}"), "account");
    }

    @Test
    void aBodyOver64KiBIsTooLarge() {
        Reply reply = http.post(BUY, "{\"stock_code\":\"" + "9".repeat(65_536) + "\"}");

        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.code()).isEqualTo("BODY_TOO_LARGE");
        assertProblem(reply, "not_placed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/json; charset=euc-kr", "application/xml"})
    void otherContentTypesAreRefused(String contentType) {
        Reply reply = http.send(http.request(BUY).header("Content-Type", contentType)
                .POST(BodyPublishers.ofString("{\"stock_code\":\"005930\",\"quantity\":1}")));

        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.code()).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
        assertProblem(reply, "not_placed");
    }

    @Test
    void aBodyWithoutContentTypeIsRefused() {
        assertThat(http.send(http.request(SNAPSHOT).POST(BodyPublishers.ofString("{}"))).status()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({SNAPSHOT + ",GET,POST", BUY + ",DELETE,POST", BUY + ",PUT,POST", "/health,POST,GET", "/stats,DELETE,GET"})
    void anotherMethodIsToldWhichOneFits(String path, String method, String allowed) {
        Reply reply = http.send(http.request(path).method(method, BodyPublishers.noBody()));

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.code()).isEqualTo("METHOD_NOT_ALLOWED");
        assertThat(reply.header("Allow")).isEqualTo(allowed);
        assertProblem(reply, path.equals(BUY) ? "not_placed" : null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api", "/api/market-data", "/api/market-data/snapshot/x", "/healthz", "/admin/circuit-breaker/reset"})
    void anUnknownPathIsNotFound(String path) {
        Reply reply = http.get(path);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("NOT_FOUND");
        assertProblem(reply, null);
    }

    @Test
    void theRequestIdIsKeptIfItIsWellFormedAndReplacedIfNot() {
        assertThat(http.post(SNAPSHOT, "{}", "X-Request-Id", "scout-1.a_B").header("X-Request-Id")).isEqualTo("scout-1.a_B");
        assertThat(http.post(SNAPSHOT, "{}", "X-Request-Id", "a b").header("X-Request-Id")).matches("[A-Za-z0-9._-]{1,64}")
                .isNotEqualTo("a b");
        assertThat(http.post(SNAPSHOT, "{}", "X-Request-Id", "x".repeat(65)).header("X-Request-Id")).matches("[A-Za-z0-9._-]{1,64}");
        assertThat(http.get("/nowhere").header("X-Request-Id")).matches("[A-Za-z0-9._-]{1,64}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"NOT HTTP|400", "GET /health HTTP/1.1\\r\\nHost: x\\r\\nX: HUGE|431",
        "POST /api/trading/buy HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: -1|400",
        "POST /api/trading/buy HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\nExpect: 200-ok\\r\\nContent-Length: 0|400",
        "POST /api/trading/buy HTTP/1.1\\r\\nHost: x\\r\\nBad Name: x|400",
        "POST /api/trading/buy HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\nTransfer-Encoding: chunked|400"})
    void whatIsNoHttpGetsAnAnswerAndTheDoor(String request, int status) throws Exception {
        String text = request.replace("\\r\\n", "\r\n").replace("HUGE", "h".repeat(20_000)) + "\r\n\r\n";
        assertThat(raw(text)).startsWith("HTTP/1.").contains(" " + status + " ", "\"success\":false", "\"code\":\"INVALID_REQUEST\"",
                "\"outcome\":\"not_placed\"");
    }

    @Test
    void aBodyThatNeverEndsDoesNotHoldItsConnection() throws Exception {
        assertThat(raw("POST " + SNAPSHOT + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"))
                .isEmpty();
    }

    /** All that comes back until the gateway closes the connection. */
    private static String raw(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", rig.gateway().port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertInvalid(Reply reply, String field) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.at("/field").asText()).isEqualTo(field);
        assertThat(reply.at("/detail").asText()).contains(field);
        assertProblem(reply, reply.at("/outcome").isMissingNode() ? null : "not_placed");
    }

    private static void assertProblem(Reply reply, String outcome) {
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.at("/status").intValue()).isEqualTo(reply.status());
        assertThat(reply.at("/success").booleanValue()).isFalse();
        assertThat(reply.at("/success").isBoolean()).isTrue();
        assertThat(reply.at("/type").asText()).isNotBlank();
        assertThat(reply.at("/title").asText()).isNotBlank();
        assertThat(reply.at("/error").asText()).isNotBlank();
        assertThat(reply.at("/message").asText()).isEqualTo(reply.at("/detail").asText()).isNotBlank();
        assertThat(reply.at("/request_id").asText()).isEqualTo(reply.header("X-Request-Id"));
        assertThat(reply.at("/outcome").asText(null)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/token", "/api/ws-approval-key"})
    void whatStaysAwayOnPurposeSaysWhatToDo(String path) {
        for (Reply reply : new Reply[] {http.get(path), http.post(path, "{}")}) {
            assertThat(reply.status()).isEqualTo(410);
            assertThat(reply.code()).isEqualTo("GONE");
            assertThat(reply.at("/detail").asText()).contains("gateway");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SNAPSHOT, DAILY})
    void aMemberWithNullIsAsIfItWereNotSent(String path) {
        assertInvalid(http.post(path, "{\"stock_code\":null,\"is_index\":null}"), "stock_code");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'\"minute_interval\":2' | minute_interval", "'\"minute_interval\":0' | minute_interval",
        "'\"minute_interval\":\"x\"' | minute_interval", "'\"target_date\":\"2026-13-01\"' | target_date"})
    void aBarsLengthAndDayAreChecked(String member, String field) {
        Reply reply = http.post(MINUTES, "{\"stock_code\":\"005930\"," + member + "}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/field").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"10:30\"", "\"24:00:00\"", "\"10:3000\"", "103000", "\"\""})
    void aTimeIsATime(String time) {
        Reply reply = http.post(MINUTES, "{\"stock_code\":\"005930\",\"time\":" + time + "}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/field").asText()).isEqualTo("time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-13-01", "tomorrow", "2026-1-1", "", "2099-01-01", "1999-01-01"})
    void aDateThatIsNoneOrOutsideTheCalendarIsRefused(String date) {
        Reply reply = http.get(TRADING_DAY + "?date=" + date);

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.at("/field").asText()).isEqualTo("date");
    }
}
