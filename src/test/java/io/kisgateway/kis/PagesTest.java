package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.kis.StubKis.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
class PagesTest {

    private static final String PADDED = " ".repeat(60);
    private StubKis kis;
    private Fixture gateway;

    @BeforeEach
    void start() {
        kis = new StubKis();
        gateway = new Fixture(kis.url(), options -> options.hurry = true);
    }

    @AfterEach
    void stop() {
        gateway.close();
        kis.close();
    }

    private static String parameter(Request request, String name) {
        Matcher matcher = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(request.query());
        assertThat(matcher.find()).as(name + " in " + request.query()).isTrue();
        return URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8);
    }

    private static Answer page(int number, String next, String trCont) {
        return Answer.json(200, "{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0510\",\"ctx_area_fk100\":\"FK" + PADDED
                + "\",\"ctx_area_nk100\":\"" + next + "\",\"output1\":[{\"pdno\":\"" + number
                + "\",\"prdt_name\":\"n\"}],\"output2\":[{\"page\":\"" + number + "\"}]}").header("tr_cont", trCont);
    }

    private static List<String> texts(JsonNode rows, String member) {
        return StreamSupport.stream(rows.spliterator(), false).map(row -> row.path(member).asText()).toList();
    }

    @Test
    void contextPagesAreFollowedThroughFAndMAndBecomeOneReply() {
        kis.replies(page(1, "A" + PADDED, "F"), page(2, "B" + PADDED, "M"), page(3, PADDED, "D"));
        Result result = gateway.send("direct:account-balance", Map.of());
        assertThat(texts(result.reply().path("output1"), "pdno")).containsExactly("1", "2", "3");
        assertThat(texts(result.reply().path("output2"), "page")).containsExactly("3");
        assertThat(kis.requests().stream().map(request -> request.header("tr_cont"))).containsExactly("", "N", "N");
        assertThat(kis.requests().stream().map(request -> parameter(request, "CTX_AREA_NK100")))
                .containsExactly("", "A" + PADDED, "B" + PADDED);
        assertThat(kis.requests().stream().map(request -> parameter(request, "CTX_AREA_FK100")))
                .containsExactly("", "FK" + PADDED, "FK" + PADDED);
        assertThat(kis.requests()).allSatisfy(request -> assertThat(parameter(request, "OFL_YN")).isEmpty());
        assertThat(gateway.budget).hasSize(4);
    }

    @Test
    void aBlankKeyIsTheEndWhateverTrContSays() {
        kis.replies(page(1, PADDED, "M"));
        assertThat(gateway.send("direct:account-balance", Map.of()).reply().path("output1")).hasSize(1);
        assertThat(kis.requests()).hasSize(1);
    }

    @Test
    void aFailureInTheMiddleFailsTheWhole() {
        kis.replies(page(1, "A", "F"), Answer.json(500, ""));
        Result result = gateway.send("direct:account-balance", Map.of());
        assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_UNAVAILABLE);
        assertThat(result.body()).isNull();
    }

    @Test
    void aFailureInTheMiddleThatPassesDoesNoHarm() {
        kis.replies(page(1, "A", "F"), Answer.json(500, ""), page(2, "", "D"));
        assertThat(texts(gateway.send("direct:account-balance", Map.of()).reply().path("output1"), "pdno"))
                .containsExactly("1", "2");
    }

    @Test
    void aFurtherPageThatLostItsRowsFailsTheWhole() {
        kis.replies(page(1, "A", "F"), Answer.json(200, "{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0510\"}"));
        assertThat(gateway.send("direct:account-balance", Map.of()).problem().code()).isEqualTo(ProblemCode.KIS_UNREADABLE);
    }

    @Test
    void aFurtherPageWithNothingToShowIsTheEnd() {
        kis.replies(page(1, "A", "F"), Answer.json(200, "{\"rt_cd\":\"7\",\"msg_cd\":\"KIOK0560\",\"msg1\":\"-\"}"));
        assertThat(gateway.send("direct:account-balance", Map.of()).reply().path("output1")).hasSize(1);
    }

    @Test
    void pagesThatRunInACircleAreUnreadable() {
        kis.replies(page(1, "A", "F"), page(2, "B", "M"), page(1, "A", "M"));
        assertThat(gateway.send("direct:account-balance", Map.of()).problem().code()).isEqualTo(ProblemCode.KIS_UNREADABLE);
        assertThat(kis.requests()).hasSize(3);
    }

    @Test
    void pagesWithoutAnEndAreUnreadable() {
        AtomicInteger number = new AtomicInteger();
        kis.reply(request -> page(number.incrementAndGet(), "K" + number.get(), "M"));
        assertThat(gateway.send("direct:account-balance", Map.of()).problem().code()).isEqualTo(ProblemCode.KIS_UNREADABLE);
        assertThat(kis.requests()).hasSizeLessThan(100);
    }

    @Test
    void anEmptyAccountIsAnEmptyReplyAndNoFailure() {
        kis.replies(Answer.json(200, "{\"rt_cd\":\"7\",\"msg_cd\":\"KIOK0560\",\"msg1\":\"nothing\"}"));
        assertThat(gateway.send("direct:account-balance", Map.of()).reply().path("output1").isMissingNode()).isTrue();
    }

    /** Trading days back from the clock's day, as many as there are. */
    private static Function<Request, Answer> history(int listed, int pageSize) {
        List<String> days = new ArrayList<>();
        for (LocalDate day = LocalDate.of(2026, 11, 23); days.size() < listed; day = day.minusDays(1)) {
            if (day.getDayOfWeek().getValue() < 6) {
                days.add(DateTimeFormatter.BASIC_ISO_DATE.format(day));
            }
        }
        return request -> {
            String from = parameter(request, "FID_INPUT_DATE_1");
            String to = parameter(request, "FID_INPUT_DATE_2");
            String rows = days.stream().filter(day -> day.compareTo(from) >= 0 && day.compareTo(to) <= 0)
                    .limit(pageSize).map(day -> "{\"stck_bsop_date\":\"" + day + "\",\"stck_clpr\":\"1\"}")
                    .collect(Collectors.joining(","));
            return Answer.json(200, "{\"rt_cd\":\"0\",\"output1\":{\"stck_prpr\":\"1\"},\"output2\":["
                    + rows + "]}");
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 99, 100, 101, 250, 1000})
    void datePagesGiveExactlyTheNewestRows(int rows) {
        for (int pageSize : new int[] {100, 50}) {
            int before = kis.requests().size();
            kis.reply(history(3000, pageSize));
            JsonNode reply =
                    gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", rows)).reply();
            List<String> dates = texts(reply.path("output2"), "stck_bsop_date");
            assertThat(dates).hasSize(rows).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
            assertThat(dates.get(0)).isEqualTo("20261123");
            assertThat(kis.requests().size() - before).isEqualTo((rows + pageSize - 1) / pageSize);
            assertThat(reply.at("/output1/stck_prpr").asText()).isEqualTo("1");
        }
    }

    @Test
    void aYoungIssueGivesWhatThereIs() {
        for (int listed : new int[] {1, 40, 100, 130}) {
            kis.reply(history(listed, 100));
            JsonNode reply =
                    gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 1000)).reply();
            assertThat(reply.path("output2")).hasSize(listed);
        }
        assertThat(kis.requests()).hasSizeLessThan(15);
        kis.reply(history(0, 100));
        assertThat(
                gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 1000)).problem().code())
                .isEqualTo(ProblemCode.UNKNOWN_STOCK);
    }

    @Test
    void emptyRowsAndRepeatedDatesAreLeftOut() {
        kis.replies(Answer.json(200, "{\"rt_cd\":\"0\",\"output2\":[{\"stck_bsop_date\":\"20261123\",\"stck_clpr\":\"1\"},{},"
                + "{\"stck_bsop_date\":\"20261120\",\"stck_clpr\":\"1\"},{\"stck_bsop_date\":\"20261120\",\"stck_clpr\":\"1\"}]}"),
                Answer.json(200, "{\"rt_cd\":\"0\",\"output2\":[{\"stck_bsop_date\":\"20261120\",\"stck_clpr\":\"1\"},"
                        + "{\"stck_bsop_date\":\"\"}]}"));
        JsonNode reply = gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 10)).reply();
        assertThat(texts(reply.path("output2"), "stck_bsop_date")).containsExactly("20261123", "20261120");
    }

    @Test
    void aServerThatIgnoresTheDatesMakesNoCircle() {
        kis.reply(request -> Answer.json(200, "{\"rt_cd\":\"0\",\"output2\":[{\"stck_bsop_date\":\"20261123\",\"stck_clpr\":\"1\"}]}"));
        assertThat(gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 10)).reply()
                .path("output2"))
                .hasSize(1);
        assertThat(kis.requests()).hasSizeLessThan(4);
    }

    @Test
    void aRowWithoutADateThatCanBeReadFailsTheWhole() {
        kis.reply(request -> Answer.json(200, "{\"rt_cd\":\"0\",\"output2\":[{\"stck_bsop_date\":\"2026-11\",\"stck_clpr\":\"1\"}]}"));
        assertThat(gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 10)).problem().code())
                .isEqualTo(ProblemCode.KIS_UNREADABLE);
    }

    @Test
    void datesAreKoreanDates() {
        gateway.clock.advance(Duration.ofHours(14));
        kis.reply(request -> Answer.json(200, "{\"rt_cd\":\"0\",\"output2\":[]}"));
        gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 10));
        assertThat(parameter(kis.requests().get(0), "FID_INPUT_DATE_2")).isEqualTo("20261124");
        assertThat(parameter(kis.requests().get(0), "FID_INPUT_DATE_1")).isEqualTo("20261005");
    }

    @Test
    void oneDeadlineHoldsForAllPagesAndRepeats() {
        AtomicLong nanos = new AtomicLong(System.nanoTime());
        try (Fixture patient = new Fixture(kis.url(), options -> {
            options.nanoTime = nanos::get;
            options.call = Duration.ofSeconds(10);
            options.budgetStep = exchange -> nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        })) {
            kis.reply(history(3000, 100));
            Result result = patient.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 1000));
            assertThat(result.problem().code()).isEqualTo(ProblemCode.KIS_THROTTLED);
            // Of ten pages, three leave in the ten seconds.
            assertThat(kis.requests()).hasSize(3);
        }
    }

    @Test
    void thousandRowsInAllSizesEndWithinTheBound() {
        int[] sizes = IntStream.of(20, 30, 50, 100, 120).toArray();
        for (int size : sizes) {
            kis.reply(history(3000, size));
            assertThat(gateway.send("direct:stock-daily-prices-long", Map.of("stock_code", "005930", "num_days_to_fetch", 1000)).reply()
                    .path("output2")).hasSize(1000);
        }
    }
}
