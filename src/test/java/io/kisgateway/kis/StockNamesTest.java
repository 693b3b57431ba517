package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Urgency;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StockNamesTest {

    private static final String CHART = "{\"rt_cd\":\"0\",\"output1\":{\"hts_kor_isnm\":\"삼성전자  \","
            + "\"stck_shrn_iscd\":\"005930\"},\"output2\":[]}";

    private final ObjectMapper json = new ObjectMapper();
    private final TestClock clock = TestClock.morning();
    private final Map<String, CompletableFuture<Void>> asked = new LinkedHashMap<>();
    private final List<String> all = new ArrayList<>();
    private final StockNames names = new StockNames(code -> {
        all.add(code);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        asked.put(code, answer);
        return answer;
    }, clock::nanos);

    private ObjectNode reply(String text) throws Exception {
        return (ObjectNode) json.readTree(text);
    }

    @Test
    void namesAreLearnedFromChartsBalancesAndIndexes() throws Exception {
        names.learn(reply(CHART));
        names.learn(reply("{\"output1\":[{\"pdno\":\"000660\",\"prdt_name\":\"SK하이닉스\"},{\"pdno\":\"\"},"
                + "{\"pdno\":\"035420\",\"prdt_name\":\" NAVER \"}],\"output2\":[{}]}"));
        names.learn(reply("{\"output1\":{\"hts_kor_isnm\":\"종합\",\"bstp_cls_code\":\"0001\"}}"));
        names.learn(reply("{\"output\":{\"stck_prpr\":\"1\"}}"));
        names.learn(reply("{\"output1\":\"text\"}"));
        assertThat(names.name("005930")).contains("삼성전자");
        assertThat(names.name("000660")).contains("SK하이닉스");
        assertThat(names.name("035420")).contains("NAVER");
        assertThat(names.name("0001")).contains("종합");
        assertThat(all).isEmpty();
    }

    @Test
    void anUnknownNameIsAskedForOnceAtATimeAndNotAgainSoonAfterAFailure() {
        assertThat(names.name("005930")).isEmpty();
        assertThat(names.name("005930")).isEmpty();
        assertThat(all).containsExactly("005930");
        asked.get("005930").completeExceptionally(new IllegalStateException("KIS is away"));
        names.want("005930");
        clock.advance(Duration.ofMinutes(9));
        names.want("005930");
        assertThat(all).hasSize(1);
        clock.advance(Duration.ofMinutes(2));
        names.want("005930");
        assertThat(all).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(value = ProblemCode.class,
            names = {"RATE_LIMITED", "CIRCUIT_OPEN", "OVERLOADED", "SHUTTING_DOWN", "LIMITER_UNAVAILABLE", "KIS_THROTTLED"})
    void whatWasNotAskedIsAskedAgainSoon(ProblemCode code) {
        names.want("005930");
        asked.get("005930").completeExceptionally(Problem.of(code, "not now"));
        names.want("005930");
        assertThat(all).hasSize(1);
        clock.advance(Duration.ofSeconds(5));
        names.want("005930");
        assertThat(all).hasSize(2);
    }

    @Test
    void onlySoManyAreAskedForAtOnce() {
        for (int i = 0; i < 500; i++) {
            names.want("%06d".formatted(i));
        }
        assertThat(all).hasSize(20);
        asked.get("000000").complete(null);
        names.want("000100");
        assertThat(all).hasSize(21);
    }

    @Test
    void aLookupThatCannotStartIsAFailureLikeAnother() {
        StockNames failing = new StockNames(code -> {
            throw new IllegalStateException("stopped");
        }, clock::nanos);
        assertThat(failing.name("005930")).isEmpty();
        assertThat(failing.name("005930")).isEmpty();
    }

    @Test
    void theOldestNamesGoFirst() throws Exception {
        for (int i = 0; i < 10_001; i++) {
            names.learn(reply("{\"output1\":[{\"pdno\":\"%06d\",\"prdt_name\":\"n\"}]}".formatted(i)));
            names.name("000000");
        }
        assertThat(names.name("000000")).isPresent();
        assertThat(names.name("000001")).isEmpty();
    }

    @Test
    void theRouteThatLooksItUpGoesLast() {
        try (StubKis kis = new StubKis(); Fixture gateway = new Fixture(kis.url())) {
            kis.reply(request -> Answer.json(200, CHART));
            assertThat(gateway.names.name("005930")).isEmpty();
            await().until(() -> gateway.names.name("005930").isPresent());
            assertThat(kis.requests()).hasSize(1).allSatisfy(request -> assertThat(request.query())
                    .contains("FID_INPUT_ISCD=005930", "FID_INPUT_DATE_1=20261116", "FID_INPUT_DATE_2=20261123"));
            assertThat(gateway.budget).containsExactly(Urgency.ORDER, Urgency.BACKGROUND);
        }
    }
}
