package io.kisgateway.simulator;

import io.kisgateway.runtime.KoreanTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Optional;

/** The shapes KIS writes things in: dates and times of Seoul, padded texts, rates with two decimals. */
final class Texts {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private Texts() {}

    static ZonedDateTime seoul(Instant instant) {
        return instant.atZone(KoreanTime.KST);
    }

    static String date(LocalDate date) {
        return DATE.format(date);
    }

    static String time(Instant instant) {
        return KoreanTime.TIME.format(seoul(instant));
    }

    static String moment(Instant instant) {
        return MOMENT.format(seoul(instant));
    }

    static Optional<LocalDate> parseDate(String text) {
        try {
            return Optional.of(LocalDate.parse(text, DATE));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    static String padded(String text, int length) {
        return text.length() >= length ? text : text + " ".repeat(length - text.length());
    }

    /** {@code part / whole} in percent, two decimals, 0.00 of nothing. */
    static BigDecimal percent(long part, long whole) {
        return ratio(part, whole, 100, 2);
    }

    static BigDecimal ratio(long part, long whole, long factor, int decimals) {
        if (whole == 0) {
            return BigDecimal.ZERO.setScale(decimals);
        }
        return BigDecimal.valueOf(part).multiply(BigDecimal.valueOf(factor))
                .divide(BigDecimal.valueOf(whole), decimals, RoundingMode.HALF_UP);
    }
}
