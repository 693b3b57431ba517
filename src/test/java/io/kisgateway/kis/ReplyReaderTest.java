package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.kis.KisOutcome.Failure;
import io.kisgateway.kis.KisOutcome.Success;
import io.kisgateway.kis.ReplyReader.Asked;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyReaderTest {

    private final ReplyReader reader = new ReplyReader(KisCodes.LISTED);

    private KisOutcome read(int status, String body, boolean order) {
        return reader.read(status, body.getBytes(StandardCharsets.UTF_8), null, null, order ? Asked.NUMBERED_ORDER : Asked.QUERY);
    }

    /** Forms of replies without a listed code; the sixth column: whether an order certainly does not exist. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "500 | {\"rt_cd\":\"1\",\"msg_cd\":\"\",\"msg1\":\"\"} | Unavailable | FAILED | [rt_cd 1, HTTP 5xx] | false",
        "500 | {\"rt_cd\":\"\",\"msg_cd\":\"\",\"msg1\":\"\"} | Unavailable | FAILED | [no envelope, HTTP 5xx] | false",
        "500 | '' | Unavailable | FAILED | [no envelope, HTTP 5xx] | false",
        "502 | <html>Bad Gateway</html> | Unavailable | FAILED | [no envelope, HTTP 5xx] | false",
        "404 | '' | Unavailable | FAILED | [no envelope, HTTP 404, 405 or 410] | false",
        "401 | '' | Credentials | - | [no envelope, HTTP 401] | false",
        "429 | <html>slow</html> | Throttled | - | [HTTP 429] | false",
        "429 | {\"rt_cd\":\"1\",\"msg_cd\":\"EGW99999\"} | Throttled | - | [HTTP 429] | false",
        "403 | <html>Forbidden</html> | Unavailable | FAILED | [no envelope, HTTP 4xx] | false",
        "200 | '' | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":\"\",\"msg_cd\":\"\",\"msg1\":\"\"} | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {} | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | [] | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | [{\"rt_cd\":\"0\"}] | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | \"0\" | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | null | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":{\"a\":\"0\"}} | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":\"0\" | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":\"0\",\"o\":{\"ODNO\":\"1\"}} trailing | Unavailable | UNREADABLE | [unreadable] | false",
        "302 | '' | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":\"7\",\"msg_cd\":\"APBK0013\"} | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":\"\",\"msg_cd\":\"APBK9999\"} | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":\"9\",\"msg_cd\":\"APBK9999\"} | Unavailable | UNREADABLE | [unreadable] | false",
        "200 | {\"rt_cd\":\"7\",\"msg_cd\":\"APBK9999\"} | Rejected | - | [rt_cd 7] | true",
        "200 | {\"rt_cd\":\"2\",\"msg_cd\":\"OPSQ2999\"} | Rejected | - | [rt_cd 2] | true",
        "500 | {\"rt_cd\":\"7\",\"msg_cd\":\"\",\"msg1\":\"\"} | Unavailable | FAILED | [rt_cd 1, HTTP 5xx] | false",
        "504 | {\"rt_cd\":\"2\",\"msg_cd\":\"OPSQ2999\"} | Unavailable | FAILED | [rt_cd 1, HTTP 5xx] | false",
        "400 | {\"rt_cd\":\"7\",\"msg_cd\":\"APBK9999\"} | Rejected | - | [rt_cd 1, HTTP 4xx] | false",
        "200 | {\"rt_cd\":\"1\",\"msg_cd\":\"40999999\"} | Rejected | - | [rt_cd 1, 4xxxxxxx, HTTP 200] | true",
        "200 | {\"rt_cd\":\"1\",\"msg_cd\":\"90999999\"} | Rejected | - | [rt_cd 1, HTTP 200] | false",
        "200 | {\"rt_cd\":1,\"msg_cd\":\"40580000\"} | Rejected | - | 40580000 | true",
        "500 | {\"rt_cd\":\"1\",\"msg_cd\":\"EGW99999\"} | Unavailable | FAILED | [rt_cd 1, HTTP 5xx] | false",
        "403 | {\"rt_cd\":\"1\",\"msg_cd\":\"EGW99999\"} | Credentials | - | [rt_cd 1, HTTP 403] | false",
        "401 | {\"rt_cd\":\"1\",\"msg_cd\":\"EGW99999\"} | Credentials | - | [rt_cd 1, HTTP 401] | false",
        "404 | {\"rt_cd\":\"1\",\"msg_cd\":\"EGW99999\"} | Rejected | - | [rt_cd 1, HTTP 404] | false",
        "400 | {\"rt_cd\":\"1\",\"msg_cd\":\"EGW99999\"} | Rejected | - | [rt_cd 1, HTTP 4xx] | false",
        "200 | {\"rt_cd\":\"1\",\"msg_cd\":\"EGW00201\"} | Throttled | - | EGW00201 | true",
        "403 | {\"error_code\":\"EGW00133\",\"error_description\":\"wait\"} | Throttled | - | EGW00133 | true",
        "403 | {\"error_code\":\"EGW00103\",\"error_description\":\"no\"} | Credentials | - | EGW00103 | true",
        "500 | {\"error_code\":\"EGW99999\"} | Unavailable | FAILED | [rt_cd 1, HTTP 5xx] | false"})
    void anEndWithoutSuccess(int status, String body, String outcome, String cause, String rule, boolean notTaken) {
        for (boolean order : new boolean[] {false, true}) {
            KisOutcome read = read(status, body, order);
            assertThat(read.getClass().getSimpleName()).isEqualTo(outcome);
            Failure failure = (Failure) read;
            assertThat(failure.rule().code()).isEqualTo(rule);
            assertThat(failure.rule().notTaken()).isEqualTo(notTaken);
            if (read instanceof KisOutcome.Unavailable unavailable) {
                assertThat(unavailable.cause().name()).isEqualTo(cause);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-",
            value = {"3 | 3", " 0 | 0", "007 | 7", "1.5 | 2", "99999999999999 | 3600", "99999999999999999999999999 | 3600", "3601 | 3600",
                "-1 | -",
                "+2 | -", "abc | -", "'' | -", "Mon, 23 Nov 2026 01:00:05 GMT | 5", "Mon, 23 Nov 2026 00:00:00 GMT | 0",
                "Tue, 24 Nov 2026 01:00:00 GMT | 3600",
                "Sun, 23 Nov 2026 01:00:05 GMT | -"})
    void howLongAFrontEndSaysToStayAway(String header, Long seconds) {
        RetryAfter said = RetryAfter.parse(header, "Mon, 23 Nov 2026 01:00:00 GMT");
        assertThat(said.delay()).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
        for (String body : new String[] {"", "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW00201\"}"}) {
            KisOutcome outcome = reader.read(429, body.getBytes(StandardCharsets.UTF_8), null, said, Asked.QUERY);
            assertThat(((KisOutcome.Throttled) outcome).retryAfter()).isEqualTo(said.delay());
        }
        assertThat(RetryAfter.parse(null, null)).isNull();
    }

    @Test
    void ofSeveralWordsTheLongestStayIsTaken() {
        assertThat(RetryAfter.of(List.of("1", "3", "x", "2"), null).delay()).isEqualTo(Duration.ofSeconds(3));
        assertThat(RetryAfter.of(List.of("x", "y"), null).delay()).isNull();
        assertThat(RetryAfter.of("4", null).delay()).isEqualTo(Duration.ofSeconds(4));
        assertThat(RetryAfter.of(null, null)).isNull();
    }

    @Test
    void successIsDecidedByRtCdWhateverCodeAndStatusSay() {
        assertThat(read(200, "{\"rt_cd\":\"0\",\"msg_cd\":\"\",\"output\":{}}", false)).isInstanceOf(Success.class);
        assertThat(read(500, "{\"rt_cd\":\"0\",\"msg_cd\":\"EGW00201\",\"output\":{}}", false))
                .isInstanceOf(Success.class);
        assertThat(read(200, "{\"rt_cd\":0,\"msg_cd\":\"MCA00000\"}", false)).isInstanceOf(Success.class);
    }

    @ParameterizedTest
    @CsvSource({"7, KIOK0560", "1, 70070000", "7, 70070000", "0, KIOK0560"})
    void nothingToShowIsAnEmptySuccessOfAQuery(String rtCd, String code) {
        KisOutcome outcome = read(200, "{\"rt_cd\":\"" + rtCd + "\",\"msg_cd\":\"" + code + "\"}", false);
        assertThat(outcome).isInstanceOfSatisfying(Success.class, success -> assertThat(success.empty()).isTrue());
    }

    @Test
    void nothingToShowIsNoSuccessOfAnOrder() {
        assertThat(read(200, "{\"rt_cd\":\"1\",\"msg_cd\":\"70070000\"}", true)).isInstanceOf(Failure.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"output\":{\"ODNO\":\"0000117057\"}} | true",
        "{\"output\":[{\"ODNO\":\"0000117057\"}]} | true",
        "{\"output\":{\"odno\":\"0000117057\"}} | true",
        "{\"output\":{\"ODNO\":\"117057\",\"odno\":\"117057\"}} | true",
        "{\"output\":[{\"ODNO\":\"117057\"},{\"ODNO\":\"117057\"}]} | true",
        "{\"output\":[{\"ODNO\":\"117057\"},{\"ODNO\":\"117058\"}]} | false",
        "{\"output\":[{\"ODNO\":\"117057\"},{\"odno\":\"117058\"}]} | false",
        "{\"output\":{\"ODNO\":\"117057\",\"odno\":\"117058\"}} | false",
        "{\"output\":{\"ODNO\":\"117057\",\"ODNO\":\"117058\"}} | false",
        "{\"output\":{\"Odno\":\"117057\"}} | true",
        "{\"output\":{\"ODNO\":117057}} | true",
        "{\"output\":{\"ODNO\":[\"117057\"]}} | true",
        "{\"output\":{\"output\":{\"ODNO\":\"117057\"}}} | true",
        "{\"OUTPUT\":{\"ODNO\":\"117057\"}} | true",
        "{\"output1\":{\"ODNO\":\"117057\"}} | true",
        "{\"ODNO\":\"117057\"} | true",
        "{\"output\":{\"ODNO\":\"117057\"},\"output1\":{\"ODNO\":\"0000117057\"}} | true",
        "{\"output\":{\"ODNO\":\"117057\"},\"output1\":{\"ODNO\":\"117058\"}} | false",
        "{\"output\":{\"ODNO\":\"117057\"},\"ODNO\":\"117058\"} | false",
        "{\"output\":{\"ODNO\":\"117057\",\"Odno\":\"x\"}} | false",
        "{\"output\":{\"ODNO\":\"0000000000\"}} | false",
        "{\"output\":{\"ODNO\":\"117057\"},\"rt_cd\":\"1\"} | false",
        "{\"output\":{\"ODNO\":\"  \"}} | false",
        "{\"output\":[]} | false",
        "{} | false"})
    void anAcceptedOrderWithoutANumberIsNotCertain(String output, boolean certain) {
        String body = output.replaceFirst("\\{", "{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\""
                + (output.equals("{}") ? "" : ","));
        KisOutcome outcome = read(200, body, true);
        if (certain) {
            assertThat(outcome).isInstanceOf(Success.class);
        } else {
            assertThat(outcome).isInstanceOfSatisfying(Failure.class,
                    failure -> assertThat(failure.rule().notTaken()).isFalse());
        }
    }

    /** What says no and names a number says two things; of a refusal at the door it would be sent again. */
    @ParameterizedTest
    @CsvSource({"7, APBK0952, 200", "1, EGW00201, 500", "1, EGW00123, 500", "1, 40330000, 200", "2, OPSQ2001, 200", "'', APBK0952, 200",
        "7, '', 200", "7, KIOK0560, 200"})
    void aRefusalThatNamesAnOrdersNumberIsNotCertain(String rtCd, String code, int status) {
        String said = "{\"rt_cd\":\"" + rtCd + "\",\"msg_cd\":\"" + code + "\",\"output\":";
        for (Asked asked : new Asked[] {Asked.NUMBERED_ORDER, Asked.ORDER}) {
            for (String output : new String[] {"{\"ODNO\":\"117057\"}", "[{\"odno\":\"117057\"}]", "{\"RSVN_ORD_SEQ\":\"88\"}"}) {
                KisOutcome outcome = reader.read(status, (said + output + '}').getBytes(StandardCharsets.UTF_8), null, null, asked);
                assertThat(outcome).isInstanceOfSatisfying(KisOutcome.Unavailable.class,
                        failure -> assertThat(failure.rule().notTaken()).isFalse());
            }
        }
        Failure blank =
                (Failure) reader.read(status, (said + "{\"ODNO\":\" \",\"SOR_ODNO\":\"0\"}}").getBytes(StandardCharsets.UTF_8), null,
                        null, Asked.NUMBERED_ORDER);
        assertThat(blank.detail()).doesNotContain("number");
    }

    /** Absence from a list is a proof only if KIS says nothing about it that it does not say otherwise. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"0, KIOK0510, -, true", "0, KIOK0510, D, true", "0, KIOK0510, M, true", "7, KIOK0560, '', true",
        "1, 70070000, E, true", "0, KIOK0510, m, false", "0, KIOK0510, N, false", "0, KIOK0510, '[D, M]', false", "7, KIOK0560, M, false",
        "'', KIOK0560, -, false", "9, 70070000, -, false", "2, KIOK0560, -, false"})
    void onlyAReplyInOrderProvesAbsence(String rtCd, String code, String trCont, boolean proof) {
        byte[] body = ("{\"rt_cd\":\"" + rtCd + "\",\"msg_cd\":\"" + code + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThat(((Success) reader.read(200, body, trCont, null, Asked.QUERY)).proof()).isEqualTo(proof);
    }

    @Test
    void bothValuesOfTrContMeanMorePages() {
        byte[] body = "{\"rt_cd\":\"0\"}".getBytes(StandardCharsets.UTF_8);
        for (String more : new String[] {"F", "M", "M "}) {
            assertThat(((Success) reader.read(200, body, more)).morePages()).isTrue();
        }
        for (String last : new String[] {"D", "E", "", " ", null}) {
            assertThat(((Success) reader.read(200, body, last)).morePages()).isFalse();
        }
    }

    @Test
    void numbersKeepTheirDigits() {
        Success success = (Success) read(200, "{\"rt_cd\":\"0\",\"n\":0.10000000000000000001}", false);
        assertThat(success.reply().path("n").decimalValue().toPlainString()).isEqualTo("0.10000000000000000001");
    }
}
