package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class KisTimesTest {

    @Test
    void textsOfKisAreKoreanTime() {
        assertThat(KisTimes.isoDateTime("20261123", "090000")).isEqualTo("2026-11-23T09:00:00+09:00");
        assertThat(KisTimes.isoDateTime(" 20261123 ", "235959 ")).isEqualTo("2026-11-23T23:59:59+09:00");
        assertThat(KisTimes.isoDate("20240229")).isEqualTo("2024-02-29");
        assertThat(KisTimes.date(LocalDate.of(2026, 1, 2))).isEqualTo("20260102");
        assertThatThrownBy(() -> KisTimes.isoDateTime("20261123", "")).isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> KisTimes.isoDate("20261323")).isInstanceOf(DateTimeException.class);
    }

    @Test
    void todayIsTodayInKoreaWhereverTheGatewayRuns() {
        Instant evening = Instant.parse("2026-11-22T15:00:00Z");
        for (String zone : new String[] {"UTC", "Asia/Seoul", "America/New_York"}) {
            assertThat(KisTimes.today(Clock.fixed(evening, ZoneId.of(zone)))).isEqualTo("2026-11-23");
            assertThat(KisTimes.today(Clock.fixed(evening.minusSeconds(1), ZoneId.of(zone)))).isEqualTo("2026-11-22");
        }
    }
}
