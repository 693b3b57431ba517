package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;

/**
 * One trading day's session. When market hours are not enforced it lasts until the next one opens, so that there is
 * always a market that moves, and every past day's close is the last price that was seen.
 */
record Session(LocalDate date, Instant start, Instant end) {

    static final LocalTime OPEN = LocalTime.of(9, 0);
    static final LocalTime CLOSE = LocalTime.of(15, 30);

    /** Steps of equal length between which prices move in a straight line: of three minutes in market hours. */
    static final int STEPS = 130;

    static Session of(LocalDate date, boolean marketHours) {
        Instant end = marketHours
                ? date.atTime(CLOSE).atZone(KoreanTime.KST).toInstant()
                : TradingDays.next(date).atTime(OPEN).atZone(KoreanTime.KST).toInstant();
        return new Session(date, date.atTime(OPEN).atZone(KoreanTime.KST).toInstant(), end);
    }

    static Session at(Instant now, boolean marketHours) {
        LocalDate today = KoreanTime.date(now);
        boolean beforeOpen = Texts.seoul(now).toLocalTime().isBefore(OPEN);
        return of(TradingDays.onOrBefore(beforeOpen ? today.minusDays(1) : today), marketHours);
    }

    long stepMillis() {
        return Duration.between(start, end).toMillis() / STEPS;
    }

    /** Thousandths of a step since the start, within the session. */
    long position(Instant now) {
        long elapsed = Duration.between(start, now).toMillis();
        long position = elapsed * 1_000 / stepMillis();
        return Math.max(0, Math.min(position, STEPS * 1_000L));
    }

    Instant instantOf(long position) {
        return start.plusMillis(position * stepMillis() / 1_000);
    }
}
