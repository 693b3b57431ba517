package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kisgateway.simulator.Fault;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoints that are YAML and a mapping alone: minute bars, investors. */
class MoreOfKisTest {

    private static final ZoneOffset KST = ZoneOffset.ofHours(9);
    private static final String SAMSUNG = "{\"stock_code\":\"005930\"}";
    private static final String MINUTES = "/api/market-data/minute-chart";
    private static final String INVESTORS = "/api/market-data/investor-trend";

    @AutoClose
    private static final Rig rig = Rig.at(TestClock.at("2026-11-23T14:00:00"));
    private final Http http = rig.http();

    @BeforeEach
    void begin() {
        rig.simulator().calls().clear();
    }

    @Test
    void minuteBarsUpToNow() {
        Reply reply = http.post(MINUTES, SAMSUNG);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/success").booleanValue()).isTrue();
        OffsetDateTime last = null;
        for (JsonNode row : reply.at("/data")) {
            assertThat(row.properties()).extracting(Map.Entry::getKey)
                    .containsExactlyInAnyOrder("time", "datetime", "open", "high", "low", "close", "price", "volume");
            assertThat(row.get("datetime")).isEqualTo(row.get("time"));
            for (String member : List.of("open", "high", "low", "close", "price", "volume")) {
                assertThat(row.get(member).isIntegralNumber()).as(member).isTrue();
            }
            OffsetDateTime time = OffsetDateTime.parse(row.get("time").textValue());
            assertThat(time.getOffset()).isEqualTo(KST);
            assertThat(last == null || time.isBefore(last)).as("newest first").isTrue();
            last = time;
        }
        assertThat(rig.simulator().calls().on("inquire-time-itemchartprice")).singleElement()
                .satisfies(call -> assertThat(call.query()).contains("FID_ETC_CLS_CODE=", "FID_PW_DATA_INCU_YN=N"));
    }

    @Test
    void barsOfAnEarlierDayAreOfTheWholeDay() {
        Reply reply = http.post(MINUTES, "{\"stock_code\":\"005930\",\"target_date\":\"20261120\"}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data").size()).isGreaterThan(380);
        assertThat(reply.at("/data")).extracting(row -> row.get("time").textValue()).doesNotHaveDuplicates()
                .allMatch(time -> time.startsWith("2026-11-20T")).endsWith("2026-11-20T09:00:00+09:00");
        assertThat(rig.simulator().calls().on("inquire-time-dailychartprice").size()).as("pages").isBetween(3, 5);
        assertThat(rig.simulator().calls().on("inquire-time-itemchartprice")).isEmpty();

        Reply halfHours = http.post(MINUTES, "{\"stock_code\":\"005930\",\"target_date\":\"2026-11-20\",\"minute_interval\":30}");
        assertFolded(reply.at("/data"), halfHours.at("/data"), 30);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 10, 15, 30, 60})
    void barsOfSeveralMinutesAreWhole(int minutes) {
        Reply whole = http.post(MINUTES, "{\"stock_code\":\"005930\",\"time\":\"14:00:00\",\"minute_interval\":" + minutes + "}");
        assertThat(whole.status()).as(whole.text()).isEqualTo(200);
        assertThat(whole.at("/data/0/time").textValue()).isEqualTo("2026-11-23T14:00:00+09:00");
        assertThat(whole.at("/data").get(whole.at("/data").size() - 1).get("time").textValue()).isEqualTo("2026-11-23T09:00:00+09:00");
        ArrayNode single = JsonNodeFactory.instance.arrayNode();
        for (String time : List.of("14:00:00", "13:30:00", "13:00:00", "12:30:00")) {
            http.post(MINUTES, "{\"stock_code\":\"005930\",\"time\":\"" + time + "\"}").at("/data").forEach(single::add);
        }
        assertFolded(single, whole.at("/data"), minutes);
    }

    /** Each bar that all its minutes are known of is made of these. */
    private static void assertFolded(JsonNode minutes, JsonNode folded, int interval) {
        Map<String, List<JsonNode>> byBegin = new LinkedHashMap<>();
        for (JsonNode minute : minutes) {
            OffsetDateTime at = OffsetDateTime.parse(minute.get("time").textValue());
            byBegin.computeIfAbsent(at.withMinute(at.getMinute() / interval * interval).toString(), key -> new ArrayList<>()).add(minute);
        }
        int compared = 0;
        for (JsonNode bar : folded) {
            List<JsonNode> parts = byBegin.getOrDefault(OffsetDateTime.parse(bar.get("time").textValue()).toString(), List.of());
            if (parts.size() == interval) {
                compared++;
                assertThat(bar.get("open")).isEqualTo(parts.get(interval - 1).get("open"));
                assertThat(bar.get("close")).isEqualTo(parts.get(0).get("close"));
                assertThat(bar.get("price")).isEqualTo(bar.get("close"));
                assertThat(bar.get("high").longValue())
                        .isEqualTo(parts.stream().mapToLong(part -> part.get("high").longValue()).max().orElseThrow());
                assertThat(bar.get("low").longValue())
                        .isEqualTo(parts.stream().mapToLong(part -> part.get("low").longValue()).min().orElseThrow());
                assertThat(bar.get("volume").longValue()).isEqualTo(parts.stream().mapToLong(part -> part.get("volume").longValue()).sum());
            }
        }
        assertThat(compared).as("bars compared").isPositive();
    }

    @Test
    void nullIsAsIfItWereNotSent() {
        Reply reply = http.post(MINUTES, "{\"stock_code\":\"005930\",\"time\":null,\"target_date\":null,\"minute_interval\":null}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data").size()).isEqualTo(30);
        assertThat(http.post(MINUTES, "{\"stock_code\":null}").at("/detail").asText()).contains("stock_code is missing");
    }

    @Test
    void investorsFromADayToAnother() {
        Reply reply = http.post(INVESTORS, "{\"stock_code\":\"005930\",\"start_date\":\"2026-11-16\",\"end_date\":\"20261118\"}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data")).extracting(row -> row.get("date").textValue()).containsExactly("2026-11-18", "2026-11-17",
                "2026-11-16");
        JsonNode row = reply.at("/data/0");
        assertThat(row.get("price")).isEqualTo(row.get("close"));
        assertThat(row.get("individual_net_buy")).isEqualTo(row.get("individual_net_quantity"));
        assertThat(row.get("foreigner_net_buy")).isEqualTo(row.get("foreign_net_quantity"));
        assertThat(row.get("institution_net_buy")).isEqualTo(row.get("institution_net_quantity"));
        String oldest = reply.at("/available_from").textValue();
        assertThat(LocalDate.parse(oldest)).isBefore(LocalDate.of(2026, 10, 20));
        assertThat(reply.at("/complete").booleanValue()).isTrue();
        assertThat(http.post(INVESTORS, SAMSUNG).at("/complete").booleanValue()).isTrue();
        Reply longer = http.post(INVESTORS, "{\"stock_code\":\"005930\",\"start_date\":\"2026-01-02\"}");
        assertThat(longer.at("/data")).last().extracting(day -> day.get("date").textValue()).isEqualTo(oldest);
        assertThat(longer.at("/complete").booleanValue()).as("days are missing").isFalse();

        Reply older = http.post(INVESTORS, "{\"stock_code\":\"005930\",\"end_date\":\"2020-01-01\"}");
        assertThat(older.status()).as("no days are not no trades").isEqualTo(400);
        assertThat(older.at("/field").asText()).isEqualTo("end_date");
        int calls = rig.simulator().calls().list().size();
        Reply turned = http.post(INVESTORS, "{\"stock_code\":\"005930\",\"start_date\":\"2026-11-18\",\"end_date\":\"2026-11-16\"}");
        assertThat(turned.at("/field").asText()).isEqualTo("end_date");
        assertThat(rig.simulator().calls().list()).hasSize(calls);
    }

    /** KIS keeps minutes for a time only; none is not a day without trade. */
    @Test
    void minutesThatKisHasNotAreNoDayWithoutTrade() {
        rig.simulator().faults().add(Fault.of(Fault.Kind.BLANK200).onPath("inquire-time-dailychartprice").status(200)
                .body("{\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":\"\",\"output1\":{\"hts_kor_isnm\":\"x\",\"stck_prpr\":\"1\"},\"output2\":[]}"));
        Reply none = http.post(MINUTES, "{\"stock_code\":\"005930\",\"target_date\":\"2020-01-02\"}");
        assertThat(none.status()).as(none.text()).isEqualTo(400);
        assertThat(none.at("/field").asText()).isEqualTo("target_date");
        // Of a Sunday it gives the last day that had any.
        Reply sunday = http.post(MINUTES, "{\"stock_code\":\"005930\",\"target_date\":\"2026-11-15\"}");
        assertThat(sunday.status()).as(sunday.text()).isEqualTo(200);
        assertThat(sunday.at("/data").isArray()).isTrue();
        assertThat(sunday.at("/data")).isEmpty();
    }

    @Test
    void minuteBarsUpToATime() {
        Reply reply = http.post(MINUTES, "{\"stock_code\":\"005930\",\"time\":\"10:30:00\"}");

        assertThat(reply.at("/data")).hasSize(30);
        assertThat(reply.at("/data/0/time").textValue()).isEqualTo("2026-11-23T10:30:00+09:00");
        assertThat(reply.at("/data/29/time").textValue()).isEqualTo("2026-11-23T10:01:00+09:00");
        assertThat(http.post(MINUTES, "{\"stock_code\":\"005930\",\"time\":\"103000\"}").at("/data/0/time").textValue())
                .isEqualTo("2026-11-23T10:30:00+09:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {MINUTES, INVESTORS})
    void anUnknownCodeIs404(String path) {
        assertThat(http.post(path, "{\"stock_code\":\"999999\"}").code()).isEqualTo("UNKNOWN_STOCK");
        assertThat(http.post(path, "{}").at("/field").asText()).isEqualTo("stock_code");
    }

    @Test
    void investorsOfToday() {
        // Before the close: what KIS leaves blank is null, and never 0.
        Reply reply = http.post(INVESTORS, SAMSUNG);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data")).hasSize(30);
        JsonNode before = reply.at("/data/0");
        JsonNode known = reply.at("/data/1");
        List<String> figures = List.of("individual_net_quantity", "foreign_net_quantity", "institution_net_quantity",
                "individual_net_value", "foreign_net_value", "institution_net_value");
        assertThat(before.get("date").textValue()).isEqualTo("2026-11-23");
        assertThat(before.get("close").isIntegralNumber()).isTrue();
        figures.forEach(figure -> assertThat(before.get(figure).isNull()).as(figure).isTrue());
        assertThat(known.get("date").textValue()).isEqualTo("2026-11-20");
        figures.forEach(figure -> assertThat(known.get(figure).isIntegralNumber()).as(figure).isTrue());
        assertThat(known.get("individual_net_quantity").longValue() + known.get("foreign_net_quantity").longValue()
                + known.get("institution_net_quantity").longValue()).isZero();
    }
}
