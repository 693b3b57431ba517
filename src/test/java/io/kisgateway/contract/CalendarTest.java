package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kisgateway.Gateway;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.simulator.Fault;
import io.kisgateway.simulator.Mode;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import io.kisgateway.throttle.FreePort;
import io.kisgateway.throttle.RedisProcess;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange's calendar, of which days are kept. */
class CalendarTest {

    private static final String TRADING_DAY = "/api/market-data/is-trading-day";
    private static final String OPEN = "/api/market-data/check-market-open";
    private static final String MINUTES = "/api/market-data/minute-chart";
    private static final String SAMSUNG = "{\"stock_code\":\"005930\"}";

    private final TestClock clock = TestClock.at("2026-11-23T14:00:00");
    @AutoClose
    private final Rig rig = Rig.at(clock);
    private final Http http = rig.http();

    private long holidayCalls() {
        return rig.simulator().calls().on("chk-holiday").size();
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

    @Test
    void openIsFromBellToBell() {
        for (String time : List.of("00:00:00", "08:59:59.999", "09:00:00", "15:29:59.999", "15:30:00")) {
            clock.moveTo("2026-11-23T" + time);
            assertOpen(time.equals("09:00:00") || time.equals("15:29:59.999"), true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-28", "2026-12-25", "2026-12-31", "2027-01-01"})
    void isNotOpenOnADayWithoutTrading(String day) {
        clock.moveTo(day + "T10:00:00");
        assertOpen(false, false);
    }

    private void assertOpen(boolean open, boolean tradingDay) {
        Reply reply = http.get(OPEN);
        String today = LocalDate.ofInstant(clock.instant(), KoreanTime.KST).toString();

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.at("/data/is_open").booleanValue()).as(clock.instant().toString()).isEqualTo(open);
        assertThat(reply.at("/data/is_trading_day").booleanValue()).isEqualTo(tradingDay);
        assertThat(reply.at("/data/date").textValue()).isEqualTo(today);
        assertThat(reply.at("/data/as_of").textValue()).isEqualTo(today);
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
        rig.simulator().faults().add(Fault.of(Fault.Kind.LATENCY).onPath("chk-holiday").ms(400));
        RedisProcess redis = RedisProcess.start(FreePort.next());
        Map<String, String> shared = Map.of("REDIS_URL", "redis://127.0.0.1:" + redis.port());
        try (redis; Gateway one = Rig.gateway(rig.simulator(), shared, clock);
                Gateway two = Rig.gateway(rig.simulator(), shared, clock);
                Gateway three = Rig.gateway(rig.simulator(), shared, clock)) {
            List<CompletableFuture<Reply>> replies = Stream.of(one, two, three)
                    .map(gateway -> new Http("http://127.0.0.1:" + gateway.port()).getAsync(TRADING_DAY)).toList();
            assertThat(replies).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
            assertThat(holidayCalls()).isEqualTo(1);
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

    @Test
    void inVirtualTradingKisHasNoCalendarAndNothingIsGuessed() {
        try (Rig virtual = Rig.start(options -> options, Mode.VIRTUAL)) {
            for (String path : List.of(TRADING_DAY, OPEN)) {
                Reply reply = virtual.http().get(path);

                assertThat(reply.status()).isEqualTo(501);
                assertThat(reply.code()).isEqualTo("NOT_OFFERED");
            }
            assertThat(virtual.simulator().calls().on("chk-holiday")).isEmpty();
        }
    }
}
