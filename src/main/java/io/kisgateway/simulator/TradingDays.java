package io.kisgateway.simulator;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Set;
import java.util.stream.Stream;

/** Korea's business calendar as far as it has fixed dates: weekends and solar holidays, no lunar or substitute ones. */
final class TradingDays {

    private static final Set<MonthDay> HOLIDAYS = Set.of(
            MonthDay.of(1, 1), MonthDay.of(3, 1), MonthDay.of(5, 1), MonthDay.of(5, 5), MonthDay.of(6, 6),
            MonthDay.of(8, 15), MonthDay.of(10, 3), MonthDay.of(10, 9), MonthDay.of(12, 25));

    /** The exchange alone stays shut on the year's last day. */
    private static final MonthDay YEAR_END = MonthDay.of(12, 31);

    private TradingDays() {}

    static boolean isBusinessDay(LocalDate date) {
        return date.getDayOfWeek() != DayOfWeek.SATURDAY && date.getDayOfWeek() != DayOfWeek.SUNDAY
                && !HOLIDAYS.contains(MonthDay.from(date));
    }

    static boolean isOpen(LocalDate date) {
        return isBusinessDay(date) && !MonthDay.from(date).equals(YEAR_END);
    }

    static LocalDate onOrBefore(LocalDate date) {
        LocalDate day = date;
        while (!isOpen(day)) {
            day = day.minusDays(1);
        }
        return day;
    }

    static LocalDate previous(LocalDate date) {
        return onOrBefore(date.minusDays(1));
    }

    static LocalDate next(LocalDate date) {
        LocalDate day = date.plusDays(1);
        while (!isOpen(day)) {
            day = day.plusDays(1);
        }
        return day;
    }

    static LocalDate plus(LocalDate date, int tradingDays) {
        return Stream.iterate(date, TradingDays::next).skip(tradingDays).findFirst().orElseThrow();
    }

    static LocalDate minus(LocalDate date, int tradingDays) {
        return Stream.iterate(date, TradingDays::previous).skip(tradingDays).findFirst().orElseThrow();
    }
}
