package io.kisgateway.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Dates and times in Korea, which has no summer time: KIS's, and those that people are shown. */
public final class KoreanTime {

    public static final ZoneOffset KST = ZoneOffset.ofHours(9);

    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(KST);

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
}
