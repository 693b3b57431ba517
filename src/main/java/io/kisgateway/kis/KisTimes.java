package io.kisgateway.kis;

import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** KIS's dates and times: Korean time, without a zone on the wire. */
public final class KisTimes {

    /** Korea has had no summer time since 1988. */
    public static final ZoneOffset KST = ZoneOffset.ofHours(9);

    private static final DateTimeFormatter DATE = DateTimeFormatter.BASIC_ISO_DATE;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");

    private KisTimes() {
    }

    /** Today in Korea. */
    public static LocalDate today(Clock clock) {
        return LocalDate.ofInstant(clock.instant(), KST);
    }

    /** {@code 20261123} of a date. */
    public static String date(LocalDate date) {
        return DATE.format(date);
    }

    /** A date of {@code 20261123}. */
    public static LocalDate date(String date) {
        return LocalDate.parse(date.strip(), DATE);
    }

    /** {@code 2026-11-23} of {@code 20261123}. */
    public static String isoDate(String date) {
        return date(date).toString();
    }

    /** {@code 2026-11-23T09:00:00+09:00} of {@code 20261123} and {@code 090000}. */
    public static String isoDateTime(String date, String time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                LocalDateTime.of(date(date), LocalTime.parse(time.strip(), TIME)).atOffset(KST));
    }
}
