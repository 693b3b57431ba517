package io.kisgateway.order.journal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as people in Korea read them. */
public final class Times {

    public static final ZoneOffset KST = ZoneOffset.ofHours(9);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

    private Times() { }

    /** {@code 2026-11-23T09:00:00.123+09:00}. */
    public static String iso(Instant at) {
        return ISO.format(at.atOffset(KST));
    }
}
