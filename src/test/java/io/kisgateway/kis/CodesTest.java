package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.OrderFate;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.StubKis.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the facts' tables of codes, over HTTP, for a query and for an order. */
class CodesTest {

    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1);
    private static StubKis kis;
    private static Fixture gateway;

    private record Fact(String code, int http, String rtCd, String outcome, String query, String order,
            boolean counted, String fate) {

        Answer answer() {
            return rtCd.equals("0")
                    ? Answer.json(http, StubKis.ORDERED.replace("APBK0013", code)
                            .replace("\"ODNO\"", "\"stck_prpr\":\"1\",\"ODNO\""))
                    : StubKis.error(http, rtCd, code);
        }

        boolean good() {
            return outcome.equals("success") || outcome.equals("empty");
        }

        @Override
        public String toString() {
            return code + " " + outcome;
        }
    }

    @BeforeAll
    static void start() {
        kis = new StubKis();
        gateway = new Fixture(kis.url(), options -> {
            options.hurry = true;
            options.failMax = 10_000;
        });
        // What has worked once is known to KIS: from then on "no such operation" is KIS's fault.
        kis.reply(request -> Answer.json(200, StubKis.ORDERED));
        gateway.order("direct:trading-buy", STOCK).reply();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        kis.close();
    }

    @BeforeEach
    void aGoodTokenThatMayBeReplaced() {
        gateway.clock.advance(Duration.ofMinutes(2));
        kis.reply(request -> Answer.json(200, StubKis.OK));
        gateway.send("direct:stock-snapshot", STOCK);
        gateway.clock.advance(Duration.ofMinutes(2));
        gateway.breaker.reset();
    }

    static Stream<Fact> facts() {
        return lines("facts.tsv").stream().map(line -> line.split("\t")).map(cells -> new Fact(cells[0],
                Integer.parseInt(cells[1]), cells[2], cells[3], cells[4], cells[5], cells[6].equals("yes"), cells[7]));
    }

    private static List<String> lines(String file) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(CodesTest.class.getResourceAsStream(file)), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int requests(String repeat) {
        return switch (repeat) {
            case "no" -> 1;
            case "once", "token" -> 2;
            case "backoff" -> 3;
            case "paced" -> 1 + Repeats.PACED_REPEATS;
            default -> throw new IllegalArgumentException(repeat);
        };
    }

    @ParameterizedTest
    @MethodSource("facts")
    void ofAQuery(Fact fact) {
        kis.reply(request -> fact.answer());
        int sentBefore = kis.requests().size();
        Fixture.Result result = gateway.send("direct:stock-snapshot", STOCK);
        int sent = kis.requests().size() - sentBefore;

        SoftAssertions.assertSoftly(check -> {
            check.assertThat(sent).as("requests").isEqualTo(requests(fact.query()));
            check.assertThat(gateway.breaker.getFailCounter()).as("counted").isEqualTo(fact.counted() ? 1 : 0);
            check.assertThat(result.call().orderFate()).isEqualTo(OrderFate.NO_ORDER);
            if (fact.good()) {
                check.assertThat(result.reply().path("msg_cd").asText()).isEqualTo(fact.code());
            } else {
                check.assertThat(result.problem().code()).isEqualTo(switch (fact.outcome()) {
                    case "rejected" -> ProblemCode.KIS_REJECTED;
                    case "throttled" -> ProblemCode.KIS_THROTTLED;
                    case "credentials" -> ProblemCode.KIS_CREDENTIALS;
                    default -> ProblemCode.KIS_UNAVAILABLE;
                });
                check.assertThat(result.problem().kis().msgCd()).isEqualTo(fact.code());
                check.assertThat(result.problem().kis().msg1()).isEqualTo("told so");
                check.assertThat(result.problem().retryAfter() != null).as("Retry-After")
                        .isEqualTo(result.problem().code().status() == 503);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("facts")
    void ofAnOrder(Fact fact) {
        kis.reply(request -> fact.answer());
        int sentBefore = kis.requests().size();
        Fixture.Result result = gateway.order("direct:trading-buy", STOCK);
        int sent = kis.requests().size() - sentBefore;

        SoftAssertions.assertSoftly(check -> {
            check.assertThat(sent).as("requests").isEqualTo(requests(fact.order()));
            check.assertThat(gateway.breaker.getFailCounter()).as("counted").isEqualTo(fact.counted() ? 1 : 0);
            check.assertThat(result.call().orderFate()).isEqualTo(switch (fact.fate()) {
                case "placed" -> OrderFate.PLACED;
                case "unknown" -> OrderFate.UNKNOWN;
                default -> OrderFate.NOT_PLACED;
            });
            if (fact.good()) {
                check.assertThat(result.reply().at("/output/ODNO").asText()).isEqualTo("0000117057");
            } else {
                check.assertThat(result.problem().code()).isEqualTo(fact.fate().equals("unknown")
                        ? ProblemCode.KIS_TIMEOUT : switch (fact.outcome()) {
                            case "rejected" -> ProblemCode.KIS_REJECTED;
                            case "throttled" -> ProblemCode.KIS_THROTTLED;
                            case "credentials" -> ProblemCode.KIS_CREDENTIALS;
                            default -> ProblemCode.KIS_UNAVAILABLE;
                        });
                check.assertThat(result.problem().kis().msgCd()).isEqualTo(fact.code());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("facts")
    void whatMayGoAgainSucceedsTheSecondTime(Fact fact) {
        if (!fact.query().equals("no")) {
            kis.replies(fact.answer(), Answer.json(200, StubKis.OK));
            assertThat(gateway.send("direct:stock-snapshot", STOCK).reply().at("/output/stck_prpr").asText())
                    .isEqualTo("70000");
        }
        if (!fact.order().equals("no")) {
            gateway.clock.advance(Duration.ofMinutes(2));
            kis.replies(fact.answer(), Answer.json(200, StubKis.ORDERED));
            Fixture.Result ordered = gateway.order("direct:trading-buy", STOCK);
            assertThat(ordered.reply().at("/output/ODNO").asText()).isEqualTo("0000117057");
            assertThat(ordered.call().orderFate()).isEqualTo(OrderFate.PLACED);
        }
        assertThat(gateway.breaker.getFailCounter()).isZero();
    }

    @Test
    void theProgramsTableAndTheFactsNameTheSameCodes() {
        assertThat(facts().map(Fact::code)).containsExactlyInAnyOrderElementsOf(
                KisCodes.LISTED.all().keySet().stream().filter(code -> !code.startsWith("[")).toList());
    }

    @Test
    void throttlingIsPassedOnSoThatTheAccountSlowsDown() {
        gateway.throttled.set(0);
        kis.replies(StubKis.error(500, "1", "EGW00215"), StubKis.error(500, "1", "EGW00215"),
                Answer.json(200, StubKis.ORDERED));
        gateway.order("direct:trading-buy", STOCK);
        assertThat(gateway.throttled).hasValue(2);
    }
}
