package io.kisgateway.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Dates and times in Korea, which has no summer time: KIS's, and those that people are shown. */
public final class KoreanTime {

    public static final ZoneOffset KST = ZoneOffset.ofHours(9);

    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(KST);

    /** {@code 2026-11-23T09:00:00+09:00}. */
    public static final DateTimeFormatter ISO_SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");
    /** A time of day as KIS writes it, {@code 090000}. */
    public static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");
    private static final Duration HALF_A_DAY = Duration.ofHours(12);

    private KoreanTime() {}

    public static LocalDate today(InstantSource clock) {
        return date(clock.instant());
    }

    public static LocalDate date(Instant at) {
        return LocalDate.ofInstant(at, KST);
    }

    /** {@code 2026-11-23T09:00:00.123+09:00}. */
    public static String iso(Instant at) {
        return ISO.format(at);
    }

    /**
     * Of a time of day, the moment with that time which is nearest.
     *
     * @param time {@code HHmmss}
     * @return {@code 2026-11-23T09:00:00+09:00}
     */
    public static String near(Instant now, String time) {
        OffsetDateTime here = now.atOffset(KST);
        OffsetDateTime at = here.with(LocalTime.parse(time, TIME));
        Duration ahead = Duration.between(here, at);
        if (ahead.compareTo(HALF_A_DAY) > 0) {
            at = at.minusDays(1);
        } else if (ahead.compareTo(HALF_A_DAY.negated()) < 0) {
            at = at.plusDays(1);
        }
        return ISO_SECONDS.format(at);
    }
}
