package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kisgateway.Gateway;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import io.kisgateway.throttle.FreePort;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.embedded.RedisServer;

/** The endpoints that are YAML and a mapping alone: minute bars, investors, the exchange's calendar. */
class MoreOfKisTest {

    private static final ZoneOffset KST = ZoneOffset.ofHours(9);
    private static final String SAMSUNG = "{\"stock_code\":\"005930\"}";
    private static final String MINUTES = "/api/market-data/minute-chart";
    private static final String INVESTORS = "/api/market-data/investor-trend";
    private static final String TRADING_DAY = "/api/market-data/is-trading-day";
    private static final String OPEN = "/api/market-data/check-market-open";

    @TempDir
    private Path data;
    private final TestClock clock = TestClock.at("2026-11-23T14:00:00");
    @AutoClose
    private Rig rig;
    private Http http;

    @BeforeEach
    void start() {
        rig = Rig.at(clock, "DATA_DIR", data.toString());
        http = rig.http();
    }

    /** Another simulator or mode in the place of the usual one. */
    private void restart(Rig other) {
        rig.close();
        rig = other;
        http = other.http();
    }

    private long holidayCalls() {
        return rig.simulator().calls().on("chk-holiday").size();
    }

    @Test
    void minuteBarsUpToNow() {
        Reply reply = http.post(MINUTES, SAMSUNG);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/success").booleanValue()).isTrue();
        OffsetDateTime last = null;
        for (JsonNode row : reply.at("/data")) {
            assertThat(row.properties()).extracting(Map.Entry::getKey)
                    .containsExactly("time", "open", "high", "low", "close", "price", "volume");
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
        assertThat(LocalDate.parse(reply.at("/available_from").textValue())).isBefore(LocalDate.of(2026, 10, 20));

        Reply older = http.post(INVESTORS, "{\"stock_code\":\"005930\",\"end_date\":\"2020-01-01\"}");
        assertThat(older.status()).as("no days are not no trades").isEqualTo(400);
        assertThat(older.at("/field").asText()).isEqualTo("end_date");
        int calls = rig.simulator().calls().list().size();
        Reply turned = http.post(INVESTORS, "{\"stock_code\":\"005930\",\"start_date\":\"2026-11-18\",\"end_date\":\"2026-11-16\"}");
        assertThat(turned.at("/field").asText()).isEqualTo("end_date");
        assertThat(rig.simulator().calls().list()).hasSize(calls);
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

    @Test
    void tradingDaysAndOthers() {
        LocalDate today = LocalDate.of(2026, 11, 23);
        for (int ahead = -7; ahead <= 16; ahead++) {
            LocalDate date = today.plusDays(ahead);
            Reply reply = http.get(TRADING_DAY + "?date=" + date);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.at("/success").booleanValue()).isTrue();
            assertThat(reply.at("/data/date").textValue()).isEqualTo(date.toString());
            assertThat(reply.at("/data/is_trading_day").booleanValue()).as(date.toString()).isEqualTo(date.getDayOfWeek().getValue() <= 5);
        }
        assertThat(http.get(TRADING_DAY).at("/data/date").textValue()).isEqualTo("2026-11-23");
        assertThat(http.get(TRADING_DAY + "?date=20261123").status()).isEqualTo(200);
        assertThat(http.get(OPEN).status()).isEqualTo(200);
        assertThat(holidayCalls()).as("one call a day for each half of a month").isEqualTo(2);
    }

    @Test
    void twoYearsBackAndTwoAheadAreAskedForOnceADayAndThePastOnce() {
        for (int round = 0; round < 2; round++) {
            for (String date : List.of("2024-11-25", "2024-11-29", "2025-05-05", "2025-05-14", "2026-12-25", "2028-11-18")) {
                Reply reply = http.get(TRADING_DAY + "?date=" + date);
                assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                assertThat(reply.at("/data/is_trading_day").booleanValue()).as(date)
                        .isEqualTo(!date.equals("2025-05-05") && !date.equals("2026-12-25") && !date.equals("2028-11-18"));
            }
        }
        assertThat(holidayCalls()).as("two halves of the past, two of the future").isEqualTo(4);
        for (String outside : List.of("2024-11-22", "2028-11-24")) {
            assertThat(http.get(TRADING_DAY + "?date=" + outside).at("/field").asText()).isEqualTo("date");
        }
        clock.moveTo("2026-11-24T10:00:00");
        http.get(TRADING_DAY + "?date=2025-05-05");
        assertThat(holidayCalls()).as("what is over changes no more").isEqualTo(4);
        http.get(TRADING_DAY + "?date=2026-12-25");
        assertThat(holidayCalls()).as("what is to come may change").isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-23T08:59:59.999,false,true", "2026-11-23T09:00:00,true,true", "2026-11-23T15:29:59.999,true,true",
        "2026-11-23T15:30:00,false,true", "2026-11-23T00:00:00,false,true", "2026-11-28T10:00:00,false,false",
        "2026-12-25T10:00:00,false,false", "2026-12-31T10:00:00,false,false", "2027-01-01T10:00:00,false,false"})
    void openIsFromBellToBellOfATradingDay(String now, boolean open, boolean tradingDay) {
        clock.moveTo(now);

        Reply reply = http.get(OPEN);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data/is_open").booleanValue()).isEqualTo(open);
        assertThat(reply.at("/data/is_trading_day").booleanValue()).isEqualTo(tradingDay);
        assertThat(reply.at("/data/date").textValue()).isEqualTo(now.substring(0, 10));
        assertThat(reply.at("/data/as_of").textValue()).isEqualTo(now.substring(0, 10));
    }

    @Test
    void aNewDayBeginsAtMidnightInKorea() {
        clock.moveTo("2026-11-26T23:59:59");
        assertThat(http.get(TRADING_DAY).at("/data/date").textValue()).isEqualTo("2026-11-26");
        assertThat(http.post(MINUTES, SAMSUNG).at("/data/0/time").textValue()).startsWith("2026-11-26T15:30");
        assertThat(holidayCalls()).isEqualTo(1);

        clock.moveTo("2026-11-27T00:00:00");
        assertThat(http.get(TRADING_DAY).at("/data/date").textValue()).isEqualTo("2026-11-27");
        assertThat(http.get(OPEN).at("/data/as_of").textValue()).isEqualTo("2026-11-27");
        assertThat(http.post(MINUTES, SAMSUNG).status()).isEqualTo(200);
        assertThat(holidayCalls()).as("once more on the new day").isEqualTo(2);
    }

    @Test
    void aStormAsksOnce() {
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("chk-holiday").ms(300));

        List<CompletableFuture<Reply>> replies = Stream.generate(() -> http.getAsync(OPEN)).limit(50).toList();

        assertThat(replies).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
        assertThat(holidayCalls()).isEqualTo(1);
    }

    @Test
    void theCalendarOutlivesARestart(@TempDir Path folder) throws Exception {
        for (int start = 0; start < 2; start++) {
            try (Gateway gateway = Rig.gateway(rig.simulator(), Map.of("DATA_DIR", folder.toString()), clock)) {
                Http door = new Http("http://127.0.0.1:" + gateway.port());
                assertThat(door.get(TRADING_DAY).at("/data/is_trading_day").isBoolean()).isTrue();
            }
        }
        assertThat(holidayCalls()).isEqualTo(1);
    }

    @Test
    void instancesShareTheCalendarThroughRedis() throws Exception {
        RedisServer redis = RedisServer.newRedisServer().port(FreePort.next()).setting("save \"\"").build();
        redis.start();
        String url = "redis://127.0.0.1:" + redis.ports().get(0);
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("chk-holiday").ms(400));
        try (Gateway one = Rig.gateway(rig.simulator(), Map.of("REDIS_URL", url), clock);
                Gateway two = Rig.gateway(rig.simulator(), Map.of("REDIS_URL", url), clock);
                Gateway three = Rig.gateway(rig.simulator(), Map.of("REDIS_URL", url), clock)) {
            List<CompletableFuture<Reply>> replies = Stream.of(one, two, three)
                    .map(gateway -> new Http("http://127.0.0.1:" + gateway.port()).getAsync(TRADING_DAY)).toList();
            assertThat(replies).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
            assertThat(holidayCalls()).isEqualTo(1);
        } finally {
            redis.stop();
        }
    }

    @Test
    void anUnusableCalendarIsAnErrorAndNotAskedForOverAndOver() {
        rig.simulator().faults().add(Fault.of(Fault.Kind.GARBAGE).onPath("chk-holiday").times(1000));

        Reply reply = http.get(OPEN);
        long calls = holidayCalls();

        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.at("/data").isMissingNode()).isTrue();
        assertThat(http.get(OPEN).status()).isEqualTo(502);
        assertThat(http.get(TRADING_DAY).status()).isEqualTo(502);
        assertThat(holidayCalls()).as("no further call within a minute").isCloseTo(calls, within(0L));
    }

    @ParameterizedTest
    @ValueSource(strings = {TRADING_DAY, OPEN})
    void inVirtualTradingKisHasNoCalendarAndNothingIsGuessed(String path) {
        restart(Rig.start(options -> options, Mode.VIRTUAL));

        Reply reply = http.get(path);

        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.code()).isEqualTo("NOT_OFFERED");
        assertThat(holidayCalls()).isZero();
    }
}
