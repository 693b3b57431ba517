package io.kisgateway.order.journal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as people in Korea read them. */
public final class Times {

    public static final ZoneOffset KST = ZoneOffset.ofHours(9);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

    private static final DateTimeFormatter ISO_SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");
    private static final Duration HALF_A_DAY = Duration.ofHours(12);

    private Times() {}

    /**
     * KIS tells the time of day only: the moment with that time which is nearest.
     *
     * @param time {@code HHmmss}
     * @return ISO 8601 with the offset of Korea
     */
    public static String near(Instant now, String time) {
        OffsetDateTime here = now.atOffset(KST);
        OffsetDateTime at = here.with(LocalTime.parse(time, DateTimeFormatter.ofPattern("HHmmss")));
        Duration ahead = Duration.between(here, at);
        if (ahead.compareTo(HALF_A_DAY) > 0) {
            at = at.minusDays(1);
        } else if (ahead.compareTo(HALF_A_DAY.negated()) < 0) {
            at = at.plusDays(1);
        }
        return ISO_SECONDS.format(at);
    }

    /** {@code 2026-11-23T09:00:00.123+09:00}. */
    public static String iso(Instant at) {
        return ISO.format(at.atOffset(KST));
    }
}
